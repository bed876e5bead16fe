// Improvements only: every page works without this file.

// A page that came back with errors starts at the list of them.
document.querySelector(".errors")?.focus();

// A second press within three seconds is the same press (the server takes one anyway).
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent && Date.now() - Number(form.dataset.sent) < 3000) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = String(Date.now());
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// One open menu at a time; Escape and a click elsewhere close it.
const menus = () => document.querySelectorAll("details.fold[open]");
document.addEventListener("click", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    const inside = menu.contains(document.activeElement);
    menu.open = false;
    if (inside) menu.querySelector("summary").focus();
  }
});

// Buttons that only make sense with scripts are hidden in the HTML until now.
for (const button of document.querySelectorAll("[data-copy], [data-print]")) {
  button.hidden = false;
}
document.addEventListener("click", async (event) => {
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    const said = copy.parentElement.querySelector("[role=status]");
    try {
      await navigator.clipboard.writeText(copy.dataset.copy);
      if (said) said.textContent = "Đã sao chép.";
    } catch {
      if (said) said.textContent = "Trình duyệt không cho sao chép. Hãy chọn và chép bằng tay.";
    }
  }
  if (event.target.closest("[data-print]")) window.print();
});

// Files and words on their way are kept in this browser (papers-store.js, draft-copy.js): not for
// who comes next.
document.addEventListener("submit", (event) => {
  if (!event.target.action?.endsWith("/dang-xuat/")) return;
  for (const name of ["giay-to-dang-gui", "ban-nhap"]) indexedDB?.deleteDatabase(name);
  sessionStorage.clear();
});
