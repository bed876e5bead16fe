// The preview of a draft: fits its window, and is new after each save in another tab.

const holder = document.querySelector("[data-previews]");
const frames = [...holder.querySelectorAll("iframe")];

function fit() {
  for (const frame of frames) {
    const box = frame.parentElement;
    const scale = Math.min(1, box.clientWidth / frame.width);
    frame.style.transform = scale < 1 ? `scale(${scale})` : "";
    box.style.height = `${frame.height * scale}px`;
  }
}

/** Where the reader was stays where it is. */
function renew() {
  for (const frame of frames) {
    const { scrollY } = frame.contentWindow;
    frame.addEventListener("load", () => frame.contentWindow.scrollTo(0, scrollY), { once: true });
    frame.contentWindow.location.reload();
  }
}

holder.classList.add("previews--fitted");
fit();
window.addEventListener("resize", fit);
new BroadcastChannel("drafts").addEventListener("message", ({ data }) => {
  if (data === holder.dataset.previews) renew();
});
