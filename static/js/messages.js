// New messages are marked as read once the last of them has been on the screen for two seconds.
// Without this file: the button below them. For people at home only; an office's unread messages
// are work, and its people say themselves when it is done.

const SEEN = 2000;

async function mark(form) {
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
  if (answer.type !== "opaqueredirect") return; // the button stays
  const said = document.createElement("p");
  said.className = "muted small";
  said.setAttribute("role", "status");
  form.replaceWith(said);
  said.textContent = "Đã đánh dấu đã đọc.";
}

const form = document.querySelector("form[data-read]");
const last = [...document.querySelectorAll(".thread__item.is-new")].at(-1);
if (form && last && "IntersectionObserver" in window) {
  let timer;
  const watch = new IntersectionObserver(([entry]) => {
    clearTimeout(timer);
    if (!entry.isIntersecting || document.hidden) return;
    timer = setTimeout(() => {
      watch.disconnect();
      mark(form).catch(() => {});
    }, SEEN);
  });
  watch.observe(last);
  document.addEventListener("visibilitychange", () => {
    watch.unobserve(last);
    watch.observe(last);
  });
}
