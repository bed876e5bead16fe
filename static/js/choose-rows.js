// Choosing rows of a list: the whole page with one press, how many are chosen, and no page half
// chosen by mistake. Without this file the boxes and the button work as they are.

const form = document.querySelector("form[data-choose]");
if (form) {
  const all = form.querySelector("[data-all]");
  const said = form.querySelector("[data-chosen]");
  const boxes = [...form.querySelectorAll('input[name="chon"]')];
  const whole = form.querySelector('input[name="tat-ca"]');
  const show = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    said.textContent = whole.checked ? " (cả danh sách)" : chosen ? ` (${chosen})` : "";
    all.firstElementChild.checked = chosen === boxes.length;
    all.firstElementChild.indeterminate = chosen > 0 && chosen < boxes.length;
  };
  all.hidden = false;
  all.firstElementChild.addEventListener("change", (event) => {
    for (const box of boxes) box.checked = event.target.checked;
    show();
  });
  form.addEventListener("change", show);
  addEventListener("pageshow", show);
}
