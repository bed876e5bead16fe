// Tells every half minute that this screen still shows the dossier, and shows who else has it open.
// A screen nobody touches for half an hour tells no more: nobody is looking.

const EVERY = 30_000;
const IDLE = 30 * 60_000;

const form = document.querySelector("form[data-looking]");
const told = document.querySelector("[data-looking-told]");
let touched = Date.now();
for (const kind of ["pointerdown", "keydown", "scroll"]) {
  addEventListener(kind, () => { touched = Date.now(); }, { passive: true });
}

async function tell() {
  if (document.hidden || Date.now() - touched > IDLE) return;
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "error" });
  if (!answer.ok) return;
  const said = await answer.text();
  // Only when it says something new, so that a screen reader is not told the same twice.
  if (said.trim() !== told.innerHTML.trim()) told.innerHTML = said;
}

if (form && told) {
  const quietly = () => tell().catch(() => {});
  quietly();
  setInterval(quietly, EVERY);
  document.addEventListener("visibilitychange", quietly);
}
