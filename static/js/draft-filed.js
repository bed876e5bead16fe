// The server has the words for good: what this browser kept of the draft goes (draft-copy.js), and
// the marks of what was sent (draft.js).

import { forgetDraft } from "./draft-copy.js";

for (const page of document.querySelectorAll("[data-filed]")) {
  const draft = page.dataset.filed;
  forgetDraft(draft);
  const marks = Object.keys(sessionStorage).filter((name) => name.startsWith(`da-gui-${draft}/`));
  for (const name of marks) sessionStorage.removeItem(name);
}
