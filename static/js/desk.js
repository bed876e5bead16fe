// The officers' pages: keys for what the page offers (listed under ?), pictures turned and
// enlarged. Keys only press what can be pressed by hand; moves ask on a page of their own.

const OFF = "phim-tat-tat";
const list = document.getElementById("phim-tat");
const keyed = () => [...document.querySelectorAll("[data-key]")].filter((one) => one.checkVisibility());
const off = () => localStorage.getItem(OFF) === "1";
const SEND = "Ctrl+Enter";

function typing(target) {
  return target.closest("input, textarea, select, [contenteditable]") !== null;
}

function name(one) {
  const said = one.labels?.[0] ?? one;
  return (one.dataset.keyName ?? said.textContent).trim().replace(/\s+/g, " ");
}

function show() {
  const rows = list.querySelector("[data-keys]");
  const said = keyed().map((one) => [one.dataset.key, name(one)]);
  if (document.querySelector("[data-row]")) said.unshift(["j", "Dòng sau"], ["k", "Dòng trước"]);
  rows.replaceChildren(
    ...said.map(([pressed, words]) => {
      const row = document.createElement("div");
      const key = document.createElement("dt");
      const what = document.createElement("dd");
      key.append(Object.assign(document.createElement("kbd"), { textContent: pressed }));
      what.textContent = words;
      row.append(key, what);
      return row;
    }),
  );
  list.querySelector("[data-keys-off]").checked = off();
  list.showModal();
}

function press(one) {
  one.scrollIntoView({ block: "nearest" });
  if (one.matches("textarea")) one.focus();
  else one.click();
}

/** To the next or the former row of a list; Enter, a key of the browser's own, opens it. */
function step(by) {
  const rows = [...document.querySelectorAll("[data-row]")];
  const at = rows.indexOf(document.activeElement);
  rows[at < 0 ? 0 : Math.min(Math.max(at + by, 0), rows.length - 1)]?.focus();
  return rows.length > 0;
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.ctrlKey && !document.querySelector("dialog[open]")) {
    const send = document.querySelector(`[data-key="${SEND}"]`);
    if (send) {
      event.preventDefault();
      send.click();
    }
    return;
  }
  if (event.ctrlKey || event.altKey || event.metaKey || typing(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "?") {
    event.preventDefault();
    show();
    return;
  }
  if (off()) return;
  if ((event.key === "j" && step(1)) || (event.key === "k" && step(-1))) {
    event.preventDefault();
    return;
  }
  const one = keyed().find((found) => found.dataset.key === event.key);
  if (!one) return;
  event.preventDefault();
  press(one);
});

list.querySelector("[data-keys-off]").addEventListener("change", (event) => {
  if (event.target.checked) localStorage.setItem(OFF, "1");
  else localStorage.removeItem(OFF);
});
for (const button of document.querySelectorAll("[data-keys-show]")) {
  button.hidden = false;
  button.addEventListener("click", show);
}

const tools = document.querySelector("[data-viewer-tools]");
const box = document.querySelector(".viewer--image");
if (tools && box) {
  const said = tools.querySelector("[data-viewer-said]");
  const sheet = box.firstElementChild;
  const picture = sheet.firstElementChild;
  let turn = 0;
  let zoom = 100;

  /** The sheet is as large as the turned picture, so the box scrolls to every part of it. */
  function draw() {
    if (!picture.naturalWidth) return;
    const middle = [
      (box.scrollLeft + box.clientWidth / 2) / box.scrollWidth,
      (box.scrollTop + box.clientHeight / 2) / box.scrollHeight,
    ];
    box.classList.add("viewer--drawn");
    const sides = [picture.naturalWidth, picture.naturalHeight];
    const [width, height] = turn % 180 ? [...sides].reverse() : sides;
    // Whole in the box at 100 %, measured without the scroll bars of a larger one.
    const border = 2 * box.clientLeft;
    const room = [box.offsetWidth - border, box.offsetHeight - border];
    const size = (Math.min(room[0] / width, room[1] / height) * zoom) / 100;
    sheet.style.width = `${Math.floor(width * size)}px`;
    sheet.style.height = `${Math.floor(height * size)}px`;
    picture.style.width = `${Math.floor(sides[0] * size)}px`;
    picture.style.transform = `translate(-50%, -50%) rotate(${turn}deg)`;
    box.scrollTo(
      middle[0] * box.scrollWidth - box.clientWidth / 2,
      middle[1] * box.scrollHeight - box.clientHeight / 2,
    );
  }

  tools.hidden = false;
  tools.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    turn = (turn + Number(button.dataset.turn ?? 0) + 360) % 360;
    zoom = Math.min(400, Math.max(50, zoom + 50 * Number(button.dataset.zoom ?? 0)));
    draw();
    said.textContent = `${zoom} %, xoay ${turn} độ`;
  });
  addEventListener("resize", () => box.classList.contains("viewer--drawn") && draw());
}
