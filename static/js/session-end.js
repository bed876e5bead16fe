// Warns five minutes before the session ends (or a third of a short one), lets one key prolong
// it, and says when it is over. The server said how many seconds were left: clocks may differ.

const dialog = document.getElementById("het-phien");
const stay = dialog.querySelector("[data-stay]");
const minutes = dialog.querySelector("[data-minutes]");
const said = dialog.querySelector("[data-session-said]");
const title = document.title;
const CHANNEL = "phien";
const others = new BroadcastChannel(CHANNEL);
let ends = performance.now() + Number(dialog.dataset.left) * 1000;
const warnAt = Math.min(300, Math.max(Number(dialog.dataset.left) / 3, 120)) * 1000;
let over = false;

function words(milliseconds) {
  const seconds = Math.max(Math.round(milliseconds / 1000), 0);
  return seconds > 90 ? `${Math.round(seconds / 60)} phút` : `${seconds} giây`;
}

function renew(seconds) {
  ends = performance.now() + seconds * 1000;
  over = false;
  document.title = title;
  if (dialog.open) dialog.close();
  document.dispatchEvent(new CustomEvent("session:renewed"));
}

function look() {
  const left = ends - performance.now();
  if (over || left > warnAt) return;
  if (left <= 0) return end();
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
setInterval(look, 1000);
look();
