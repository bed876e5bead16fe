// The list of an e-form's questions: buttons answer without leaving the page, rows are dragged.
// Everything here is a plain POST underneath; whatever fails is sent as one.

const frames = () => document.querySelectorAll(".ef__frame");

/** Where the reader was in the preview stays where it was. */
function renewFrames() {
  for (const frame of frames()) {
    const { scrollX, scrollY } = frame.contentWindow;
    frame.addEventListener("load", () => frame.contentWindow.scrollTo(scrollX, scrollY), { once: true });
    frame.contentWindow.location.reload();
  }
}

document.addEventListener("editing:saved", renewFrames);

/** A panel's preview starts at the question it is about. */
function showQuestion(frame) {
  const inner = frame.contentDocument;
  inner?.querySelector(`[data-key="${CSS.escape(frame.dataset.show)}"]`)?.scrollIntoView();
}

for (const frame of document.querySelectorAll(".ef__frame[data-show]")) {
  if (frame.contentDocument?.readyState === "complete") showQuestion(frame);
  frame.addEventListener("load", () => showQuestion(frame), { once: true });
}

// --- the list ---------------------------------------------------------------------------------

const page = document.querySelector("[data-structure]");
const LIST = "ef-danh-sach";
const list = () => document.getElementById(LIST);
const said = document.querySelector("[data-said]");
let going = false;

/** Read aloud also when the same words come twice. */
function say(words) {
  said.textContent = "";
  setTimeout(() => (said.textContent = words), 50);
}

/** The form as it would go by itself, and the page that answers it taken over. */
async function send(form, submitter, extra = {}) {
  if (going) return;
  going = true;
  list().setAttribute("aria-busy", "true");
  const data = new FormData(form);
  if (submitter?.name) data.append(submitter.name, submitter.value);
  for (const [name, value] of Object.entries(extra)) data.append(name, value);
  const plainly = () => {
    going = false;
    for (const [name, value] of [...data.entries()].filter(([key]) => !form.elements[key])) {
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    }
    form.submit();
  };
  let answer;
  try {
    answer = await fetch(form.action || location.href, { method: "POST", body: data });
    if (!answer.ok || !answer.redirected) return plainly();
    take(await answer.text(), answer.url, data.get("viec"));
  } catch {
    return plainly();
  }
  going = false;
}

function take(html, url, button) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  const next = fresh.getElementById(LIST);
  if (!next) return location.assign(url);
  const words = [...fresh.querySelectorAll("main .notice[role=status]")].map((n) => n.textContent.trim());
  list().replaceWith(document.importNode(next, true));
  history.replaceState(null, "", url.split("?")[0].split("#")[0]);
  prepare();
  renewFrames();
  new BroadcastChannel("drafts").postMessage(page.dataset.structure);
  focusAfter(button, new URL(url).searchParams.get("den"));
  say(words.join(" "));
}

/** The pressed button of the thing that moved; else the thing itself, where it stands now. */
function focusAfter(button, anchor) {
  const [what, kind, key] = (button ?? "").split(":");
  const same = document.getElementById(`${what}-${kind}-${key}`);
  const row = document.getElementById(anchor);
  const link = row?.querySelector("h2 a, .ef-field__label a");
  const goal = what === "dat" ? row?.querySelector("[data-grip]") : null;
  const there = goal ?? (same && !same.disabled ? same : (link ?? row));
  there?.focus({ preventScroll: true });
  (row ?? there)?.scrollIntoView({ block: "nearest" });
}

function onSubmit(event) {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  event.preventDefault();
  event.stopPropagation();
  send(form, event.submitter);
}

// --- dragging ---------------------------------------------------------------------------------

const drop = Object.assign(document.createElement("li"), { className: "ef-drop" });
drop.setAttribute("aria-hidden", "true");
let drag = null;

function begin(event) {
  const grip = event.target.closest("[data-grip]");
  if (!grip || event.button) return;
  event.preventDefault();
  grip.focus();
  drag = { grip, row: grip.closest("[data-key]"), from: event.clientY, moved: false };
  grip.setPointerCapture(event.pointerId);
}

function over(event) {
  if (!drag) return;
  if (!drag.moved && Math.abs(event.clientY - drag.from) < 4) return;
  drag.moved = true;
  drag.row.classList.add("is-dragged");
  document.body.classList.add("is-dragging");
  const edge = 60;
  if (event.clientY < edge) scrollBy(0, -14);
  if (event.clientY > innerHeight - edge) scrollBy(0, 14);
  place(event.clientX, event.clientY);
}

/** The line that shows where the row would go: before the first row whose middle is below. */
function place(x, y) {
  const sections = [...list().querySelectorAll("[data-section]")];
  const section =
    sections.find((one) => y < one.getBoundingClientRect().bottom) ?? sections.at(-1);
  const rows = [...section.querySelectorAll("[data-key]")].filter((row) => row !== drag.row);
  const next = rows.find((row) => {
    const box = row.getBoundingClientRect();
    return y < box.top + box.height / 2;
  });
  const fields = section.querySelector("[data-fields]");
  if (next) next.before(drop);
  else fields.append(drop);
}

function finish(event) {
  if (!drag) return;
  const { row, moved } = drag;
  const put = event.type === "pointerup" && moved && drop.parentElement;
  const goal = put ? position(row) : null;
  stop();
  if (goal) send(document.getElementById("ef-viec"), null, { viec: `dat:o:${row.dataset.key}`, noi: goal });
}

function position(row) {
  const fields = drop.parentElement;
  const rest = [...fields.children].filter((one) => one !== row);
  return `${fields.closest("[data-section]").dataset.section}:${rest.indexOf(drop)}`;
}

function stop() {
  drag?.row.classList.remove("is-dragged");
  document.body.classList.remove("is-dragging");
  drop.remove();
  drag = null;
}

// --- keys -------------------------------------------------------------------------------------

/** Arrows on a grip move its row; Escape lets a dragged one go. */
function onKey(event) {
  if (event.key === "Escape" && drag) return stop();
  const what = { ArrowUp: "len", ArrowDown: "xuong" }[event.key];
  const row = event.target.closest?.("[data-grip]")?.closest("[data-key]");
  if (!what || !row || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const button = document.getElementById(`${what}-o-${row.dataset.key}`);
  if (!button || button.disabled) return say("Đã ở đầu hoặc cuối biểu mẫu.");
  sendFromGrip(button, row.dataset.key);
}

async function sendFromGrip(button, key) {
  await send(document.getElementById("ef-viec"), button);
  document.getElementById(`o-${key}`)?.querySelector("[data-grip]")?.focus({ preventScroll: true });
}

function prepare() {
  for (const grip of list().querySelectorAll("[data-grip]")) grip.hidden = false;
}

if (page) {
  prepare();
  page.addEventListener("submit", onSubmit);
  page.addEventListener("pointerdown", begin);
  page.addEventListener("pointermove", over);
  page.addEventListener("pointerup", finish);
  page.addEventListener("pointercancel", finish);
  page.addEventListener("keydown", onKey);
  // The question that was moved or edited, when scripts are slow or the page was opened anew.
  if (location.hash) document.getElementById(location.hash.slice(1))?.focus();
}
