// Warns five minutes before the session ends (or a third of a short one), lets one key prolong
// it, and says when it is over. The server said how many seconds were left: clocks may differ.
// On a machine others use the page itself goes then, after its words were sent a last time.

const dialog = document.getElementById("het-phien");
const stay = dialog.querySelector("[data-stay]");
const minutes = dialog.querySelector("[data-minutes]");
const said = dialog.querySelector("[data-session-said]");
const title = document.title;
const CHANNEL = "phien";
const others = new BroadcastChannel(CHANNEL);
const shared = dialog.dataset.shared !== undefined;
const LAST_SAVE = 10000;
let ends, endsAt; // a machine that slept has only the second clock right
endIn(Number(dialog.dataset.left));
const warnAt = Math.min(300, Math.max(Number(dialog.dataset.left) / 3, 120)) * 1000;
let over = false;
let lastSaved = false;

function endIn(seconds) {
  ends = performance.now() + seconds * 1000;
  endsAt = Date.now() + seconds * 1000;
}

function words(milliseconds) {
  const seconds = Math.max(Math.round(milliseconds / 1000), 0);
  return seconds > 90 ? `${Math.round(seconds / 60)} phút` : `${seconds} giây`;
}

function renew(seconds) {
  endIn(seconds);
  over = lastSaved = false;
  document.title = title;
  if (dialog.open) dialog.close();
  document.dispatchEvent(new CustomEvent("session:renewed"));
}

function look() {
  const left = Math.min(ends - performance.now(), endsAt - Date.now());
  if (over || left > warnAt) return;
  if (left <= 0) return end();
  if (shared && left <= LAST_SAVE && !lastSaved) {
    lastSaved = true;
    document.dispatchEvent(new CustomEvent("session:ending"));
  }
  const text = words(left);
  if (minutes.textContent !== text) minutes.textContent = text;
  if (dialog.open) return;
  document.title = `Sắp hết phiên – ${title}`;
  said.textContent = `Phiên làm việc sẽ hết sau ${text}. Bấm Ở lại để làm tiếp.`;
  dialog.showModal();
  stay.focus();
}

/** Whoever types keeps the words on this page (draft.js saves them before). */
function end() {
  over = true;
  if (dialog.open) dialog.close();
  document.title = `Đã hết phiên – ${title}`;
  document.dispatchEvent(new CustomEvent("session:ended"));
  if (shared) leave();
}

/** Nothing typed stays on the screen for who comes next; what is saved is on the server. Signing
 *  out empties what this browser keeps (app.js) and leads to a page that says so. */
function leave() {
  document.dispatchEvent(new CustomEvent("session:leaving"));
  const form = dialog.querySelector("[data-leave]");
  const words = document.createElement("p");
  words.textContent = "Phiên làm việc đã hết. Những gì đã lưu vẫn còn trong bản nháp.";
  document.body.replaceChildren(words, form);
  form.requestSubmit();
}

dialog.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  event.stopPropagation();
  const form = event.target;
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      redirect: "manual",
    });
    if (!answer.ok) return end();
    const { left } = await answer.json();
    renew(left);
    others.postMessage(left);
  } catch {
    said.textContent = "Chưa kéo dài được phiên: mất kết nối. Hãy bấm Ở lại lần nữa.";
  }
});
// "Ở lại" in another tab, or a save that prolonged the session, counts here too.
others.addEventListener("message", (event) => renew(event.data));
document.addEventListener("session:stays", (event) => {
  renew(event.detail);
  others.postMessage(event.detail);
});
document.addEventListener("visibilitychange", look);
addEventListener("pageshow", look); // also of a page that "Back" brings as it was
setInterval(look, 1000);
look();
