// Searches that found nothing, for the editors' list: only once they stand still, once per visit
// and phrase. A beacon, because opening a page writes nothing.
const STILL = 3000;
let timer;

function look() {
  clearTimeout(timer);
  const found = document.querySelector("[data-miss]");
  if (!found) return;
  timer = setTimeout(() => tell(found.dataset.miss, found.dataset.missTo), STILL);
}

function tell(phrase, address) {
  const key = `tim:${phrase.toLowerCase()}`;
  try {
    if (sessionStorage.getItem(key)) return;
    sessionStorage.setItem(key, "1");
  } catch {
    return; // no memory allowed: do not count the same person again and again
  }
  navigator.sendBeacon(address, new URLSearchParams({ q: phrase }));
}

look();
document.addEventListener("htmx:afterSettle", look);
