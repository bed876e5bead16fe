// The papers page in the browser: files go up in pieces with their progress, buttons are pressed
// without leaving, states refresh on their own. Without this file the page's plain form does it.

import { adviceOn } from "./photo-advice.js";
import { makeSortable } from "./papers-order.js";
import { left, wipe } from "./papers-store.js";
import { mark, Sending } from "./papers-upload.js";

const form = document.querySelector("[data-papers]");
const CHECK_EVERY = 1500;
const TOGETHER = 2; // files of one draft sent at a time

const parse = (text) => new DOMParser().parseFromString(text, "text/html");
const slots = () => [...form.querySelectorAll("[data-slot]")];

/** The page as it is now, or null. */
async function fresh(options = {}) {
  try {
    const reply = await fetch(location.pathname + location.search, {
      headers: { accept: "text/html" },
      ...options,
    });
    const page = reply.ok ? parse(await reply.text()) : null;
    return page?.querySelector("[data-papers]") ? page : null;
  } catch {
    return null;
  }
}

// --- sending -------------------------------------------------------------------------------

const waiting = [];
const busy = new Set();

function add(slot, place, files, known = {}) {
  for (const file of files) {
    const half = known.url ? null : halfOf(slot, file);
    const sending = new Sending(form, { place, file, url: half?.dataset.half ?? null, ...known });
    half?.remove();
    slot.querySelector("[data-files]").append(sending.row);
    waiting.push(sending);
    sending.done.then((sentence) => ended(sending, sentence));
    adviceOn(file).then((words) => words && advise(slot.id, file.name, words));
  }
  next();
}

/** What the server has of this very file from an earlier try. */
function halfOf(slot, file) {
  return [...slot.querySelectorAll("[data-half]")].find(
    ({ dataset }) =>
      dataset.name === file.name.normalize("NFC") &&
      Number(dataset.length) === file.size &&
      dataset.mark === mark(file),
  );
}

/** Files of one paper go in the order they were chosen: pages one, two, three. One that is
 *  paused lets the next ones by. */
function next() {
  for (const sending of [...waiting]) {
    if (busy.size >= TOGETHER) return;
    const before = [...busy].some((one) => one.place === sending.place && !one.paused);
    if (before || sending.paused) continue;
    away(sending);
    busy.add(sending);
    sending.start();
  }
}
form.addEventListener("turn", next);

/** Out of the queue, where it may not be any more. */
function away(sending) {
  if (waiting.includes(sending)) waiting.splice(waiting.indexOf(sending), 1);
}

async function ended(sending, sentence) {
  const id = sending.row.closest("[data-slot]")?.id;
  const page = sentence === "" ? await fresh() : null;
  sending.row.remove();
  busy.delete(sending);
  away(sending);
  if (id && page) put(id, page);
  const slot = document.getElementById(id);
  if (slot && sentence) wrong(slot, sentence);
  if (slot && sentence === "" && !page) {
    wrong(slot, `Đã gửi “${sending.file.name}” nhưng chưa tải lại được trang. Hãy tải lại trang.`);
  }
  said(slot, sentence === "" ? `Đã nhận “${sending.file.name}”.` : "");
  if (!busy.size && !waiting.length) form.dispatchEvent(new Event("sent"));
  next();
}

function wrong(slot, sentence) {
  const line = document.createElement("p");
  line.className = "eform-error";
  line.dataset.error = "";
  line.setAttribute("role", "alert");
  line.textContent = sentence;
  slot.querySelector(".slot__add").before(line);
  slot.classList.add("slot--wrong");
}

function said(slot, words) {
  const place = slot?.querySelector("[data-said]");
  if (place && words) place.textContent = words;
}

// --- advice on photos ------------------------------------------------------------------------

const advices = new Map(); // slot -> Map(file name -> sentence)

function advise(slotId, name, words) {
  if (!advices.has(slotId)) advices.set(slotId, new Map());
  advices.get(slotId).set(name, words);
  showAdvice(document.getElementById(slotId));
}

function showAdvice(slot) {
  for (const old of slot.querySelectorAll("[data-advice]")) old.remove();
  for (const [name, words] of advices.get(slot.id) ?? []) {
    const line = document.createElement("p");
    line.className = "photo-advice";
    line.dataset.advice = "";
    line.setAttribute("role", "status");
    line.textContent = `“${name}”: ${words} Bạn vẫn gửi được ảnh này; nếu thấy khó đọc, hãy chụp lại rồi thay tệp.`;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "btn btn-link btn-sm";
    close.textContent = "Đã xem";
    close.setAttribute("aria-label", `Đã xem lời khuyên về ${name}`);
    close.addEventListener("click", () => {
      advices.get(slot.id).delete(name);
      line.remove();
    });
    line.append(" ", close);
    slot.querySelector(".slot__add").before(line);
  }
}

// --- the page put in anew --------------------------------------------------------------------

/** Replace one place by its newer self; files on their way and advice stay. */
function put(id, page, { focus = "" } = {}) {
  const old = document.getElementById(id);
  const answer = page.getElementById(id);
  if (!old || !answer) return;
  const made = document.importNode(answer, true);
  const rows = [...old.querySelectorAll(".file--sending")];
  const going = new Set([...busy, ...waiting].map((one) => one.url && new URL(one.url, location).pathname));
  for (const half of made.querySelectorAll("[data-half]")) {
    if (going.has(half.dataset.half)) half.remove();
  }
  for (const select of old.querySelectorAll("select")) {
    const twin = made.querySelector(`#${CSS.escape(select.id)}`);
    if (twin) twin.value = select.value;
  }
  for (const tick of old.querySelectorAll(".file__tick:checked")) {
    const twin = made.querySelector(`.file__tick[value="${CSS.escape(tick.value)}"]`);
    if (twin) twin.checked = true;
  }
  old.replaceWith(made);
  made.querySelector("[data-files]").append(...rows);
  enhance(made);
  showAdvice(made);
  made.dispatchEvent(new Event("files", { bubbles: true }));
  if (focus) (made.querySelector(focus) ?? made).focus({ preventScroll: true });
  watch();
}

/** A button on a file, pressed without leaving the page. */
async function press(pressed, extra = {}) {
  const slot = pressed.closest("[data-slot]");
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  data.delete("viec");
  data.append("chi-tep", "1"); // what is typed beside the files draft.js saves
  if (pressed.name) data.append(pressed.name, pressed.value);
  for (const [name, value] of Object.entries(extra)) data.append(name, value);
  const page = await fresh({ method: "POST", body: data });
  if (!page) {
    said(slot, "Chưa làm được: mất kết nối hoặc phiên đã hết. Hãy thử lại hoặc tải lại trang.");
    return;
  }
  const found = pressed.dataset.act !== undefined && pressed.name;
  const focus = found ? `[name="${pressed.name}"][value="${CSS.escape(pressed.value)}"]` : "";
  put(slot.id, page, { focus: focus || "[data-said]" });
  const told = [...page.querySelectorAll("[data-flash]")].map((one) => one.textContent.trim());
  said(document.getElementById(slot.id), told.join(" "));
}

/** In pieces a file may be larger. */
function tellMost(part) {
  for (const one of part.querySelectorAll("[data-resumed]")) one.hidden = false;
}

function enhance(slot) {
  tellMost(slot);
  for (const one of slot.querySelectorAll("[data-send]")) one.hidden = true;
  slot.querySelector("[data-drop-hint]").hidden = matchMedia("(pointer: coarse)").matches;
  const camera = slot.querySelector("[data-camera]");
  if (camera) camera.hidden = !matchMedia("(pointer: coarse)").matches;
  makeSortable(slot.querySelector("[data-files]"), (order) =>
    press(slot.querySelector("[data-files]"), { [`thu-tu-${slot.dataset.number}`]: order }),
  );
  slot.addEventListener("change", (event) => {
    const input = event.target;
    if (input.type !== "file" || !input.files.length) return;
    const files = [...input.files];
    input.value = "";
    add(slot, input.name, files);
  });
  slot.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    slot.classList.add("slot--over");
  });
  slot.addEventListener("dragleave", () => slot.classList.remove("slot--over"));
  slot.addEventListener("drop", (event) => {
    slot.classList.remove("slot--over");
    const files = [...event.dataTransfer.files];
    if (!files.length) return;
    event.preventDefault();
    add(slot, slot.id.replace("giay", "tep"), files);
  });
}

/** A picture pasted goes to the place one is at, else to the only one, else the first empty. */
function pasted(event) {
  const files = [...(event.clipboardData?.files ?? [])];
  if (!files.length) return;
  const here = document.activeElement?.closest?.("[data-slot]");
  if (!here && document.activeElement?.matches("input, textarea, select")) return; // words, perhaps
  const shown = slots().filter((one) => !one.closest("[hidden]"));
  const slot = here ?? shown.find((one) => !one.querySelector("[data-file]")) ?? shown[0];
  if (!slot) return;
  event.preventDefault();
  add(slot, slot.id.replace("giay", "tep"), files);
  said(slot, "Đã dán vào mục này.");
  slot.scrollIntoView({ block: "nearest" });
}

let timer = 0;
/** While a file is being checked, ask how it stands. */
function watch(wait = CHECK_EVERY) {
  clearTimeout(timer);
  if (!form.querySelector("[data-pending]")) {
    form.querySelector(".filing-waiting")?.remove();
    return;
  }
  timer = setTimeout(async () => {
    const page = document.hidden ? null : await fresh();
    for (const slot of slots().filter((one) => page && one.querySelector("[data-pending]"))) {
      const answer = page.getElementById(slot.id);
      const changed = states(answer) !== states(slot);
      // Nothing is taken from under somebody's hands.
      const inHand = slot.querySelector("[data-files]").contains(document.activeElement);
      if (changed && !inHand && !slot.querySelector("details[open]")) put(slot.id, page);
    }
    watch(Math.min(wait * 1.25, 15000));
  }, wait);
}

const states = (slot) =>
  [...(slot?.querySelectorAll("[data-file]") ?? [])]
    .map((item) => item.dataset.file + item.querySelector(".file__state")?.textContent)
    .join();

/** Whether nothing goes on before somebody has signed in again. */
const isOver = () => [...busy].some((one) => one.signedOut);

/** What is on its way, and is not kept for the next visit, would be lost with the page. */
const wouldLose = () => [...busy].some((one) => !(one.signedOut && one.isKept));

/** Files chosen a moment ago must not be lost to the next page. */
function submitted(event) {
  const pressed = event.submitter;
  if (pressed?.dataset.act !== undefined) {
    event.preventDefault();
    press(pressed);
    return;
  }
  if (!busy.size && !waiting.length) return;
  if (isOver()) return; // the words go to the sign-in; the files wait in this browser
  event.preventDefault();
  const words = [...pressed.childNodes];
  pressed.textContent = "Đang gửi nốt các tệp…";
  form.addEventListener("sent", () => {
    pressed.replaceChildren(...words);
    if (!form.querySelector("[data-error]")) form.requestSubmit(pressed);
  }, { once: true });
}

let leaving = false; // the session of a shared machine is over: nothing holds its page

async function begin() {
  tellMost(document);
  form.addEventListener("submit", submitted);
  document.addEventListener("paste", pasted);
  addEventListener("beforeunload", (event) => !leaving && wouldLose() && event.preventDefault());
  document.addEventListener("session:leaving", () => (leaving = true));
  for (const slot of slots()) enhance(slot);
  watch();
  if (form.dataset.shared !== undefined) return wipe();
  // What a reload or a crash broke off.
  for (const entry of await left(form.dataset.who, form.dataset.draft)) {
    const slot = slotOf(entry.place);
    if (!slot) continue;
    const path = entry.url && new URL(entry.url, location).pathname;
    slot.querySelector(`[data-half="${CSS.escape(path ?? "")}"]`)?.remove();
    add(slot, entry.place, [entry.file], { id: entry.id, url: entry.url });
  }
}

const slotOf = (place) =>
  form.querySelector(`[name="${CSS.escape(place)}"]`)?.closest("[data-slot]");

if (form && window.tus) begin();
