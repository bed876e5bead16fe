// The server has the words for good: what this browser kept of the draft goes (draft-copy.js).

import { forgetDraft } from "./draft-copy.js";

for (const page of document.querySelectorAll("[data-filed]")) forgetDraft(page.dataset.filed);
