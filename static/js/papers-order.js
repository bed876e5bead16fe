// Files of one paper dragged into another order; the buttons "Lên" and "Xuống" do the same.

export function makeSortable(list, reorder) {
  const items = () => [...list.querySelectorAll(":scope > [data-file]")];
  // Where the order can be changed there are the buttons (not in additions).
  if (!list.querySelector('[name="tep-len"]')) return;
  let dragged = null;
  let before = "";
  const order = () => items().map((item) => item.dataset.file).join(",");
  for (const item of items()) item.draggable = true;
  list.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("[data-file]");
    if (!dragged || dragged.parentElement !== list) return (dragged = null);
    before = order();
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/x-giay-to", dragged.dataset.file);
    dragged.classList.add("file--dragged");
  });
  list.addEventListener("dragover", (event) => {
    const over = event.target.closest?.("[data-file]");
    if (!dragged) return;
    event.preventDefault();
    if (!over || over === dragged) return;
    const { top, height } = over.getBoundingClientRect();
    over[event.clientY < top + height / 2 ? "before" : "after"](dragged);
  });
  list.addEventListener("drop", (event) => dragged && event.preventDefault());
  list.addEventListener("dragend", () => {
    if (!dragged) return;
    dragged.classList.remove("file--dragged");
    dragged = null;
    if (order() !== before) reorder(order());
  });
}
