// Papers in the browser: each file goes up by itself with its progress, states refresh on
// their own. Every request is the page's own form POST, so without scripts nothing is missing.

const form = document.querySelector("[data-papers]");
const CHECK_EVERY = 2000;

const parse = (text) => new DOMParser().parseFromString(text, "text/html");

/** One POST of the page's form with one file; resolves to the answered page or null. */
function send(name, file, onProgress) {
  const data = new FormData();
  data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  data.append("viec", "tai");
  data.append(name, file, file.name);
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", location.pathname + location.search);
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) onProgress((100 * event.loaded) / event.total);
    });
    request.addEventListener("load", () => {
      const page = request.status < 400 ? parse(request.responseText) : null;
      resolve(page?.querySelector("[data-papers]") ? page : null);
    });
    request.addEventListener("error", () => resolve(null));
    request.send(data);
  });
}

function row(file) {
  const item = document.createElement("li");
  item.className = "file";
  const name = document.createElement("p");
  name.className = "file__state file__state--pending";
  name.textContent = `Đang gửi ${file.name}`;
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.value = 0;
  bar.setAttribute("aria-label", `Đã gửi ${file.name}`);
  item.append(name, bar);
  return { item, bar };
}

let going = Promise.resolve();
let unsent = 0;

function upload(slot, name, files) {
  unsent += 1;
  going = Promise.all([going, sendAll(slot, name, files).finally(() => (unsent -= 1))]);
}

async function sendAll(slot, name, files) {
  const rows = files.map(row);
  slot.querySelector("[data-files]").append(...rows.map((one) => one.item));
  const wrong = [];
  let last = null;
  for (const [index, file] of files.entries()) {
    const page = await send(name, file, (percent) => (rows[index].bar.value = percent));
    const answer = page?.getElementById(slot.id);
    if (answer) {
      last = answer;
      wrong.push(...[...answer.querySelectorAll("[data-error]")].map((one) => one.lastChild.textContent));
    } else {
      wrong.push(`Chưa gửi được “${file.name}”: mất kết nối hoặc tệp quá lớn. Hãy chọn lại tệp.`);
    }
    rows[index].item.remove();
  }
  replace(slot, last, wrong, files.length);
}

function replace(slot, answer, wrong, count) {
  const fresh = answer ? document.importNode(answer, true) : slot;
  for (const old of fresh.querySelectorAll("[data-error]")) old.remove();
  fresh.classList.toggle("slot--wrong", wrong.length > 0);
  const add = fresh.querySelector(".slot__add");
  for (const sentence of wrong) {
    const line = document.createElement("p");
    line.className = "eform-error";
    line.dataset.error = "";
    line.textContent = sentence.trim();
    add.before(line);
  }
  if (answer) slot.replaceWith(fresh);
  enhance(fresh);
  const kept = count - wrong.length;
  fresh.querySelector("[data-said]").textContent =
    wrong.length > 0 ? `${wrong.length} tệp chưa nhận được, xem lý do ở trên.` : `Đã nhận ${kept} tệp.`;
  fresh.focus({ preventScroll: true });
  watch();
}

function enhance(slot) {
  for (const button of slot.querySelectorAll("[data-send]")) button.hidden = true;
  if (matchMedia("(pointer: coarse)").matches) slot.querySelector("[data-camera]").hidden = false;
  if (slot.dataset.live) return;
  slot.dataset.live = "1";
  slot.addEventListener("change", (event) => {
    const input = event.target;
    if (input.type !== "file" || !input.files.length) return;
    const files = [...input.files];
    input.value = "";
    upload(slot, input.name, files);
  });
  slot.addEventListener("dragover", (event) => {
    event.preventDefault();
    slot.classList.add("slot--over");
  });
  slot.addEventListener("dragleave", () => slot.classList.remove("slot--over"));
  slot.addEventListener("drop", (event) => {
    event.preventDefault();
    slot.classList.remove("slot--over");
    const files = [...event.dataTransfer.files];
    if (files.length) upload(slot, slot.id.replace("giay", "tep"), files);
  });
}

let timer = 0;
/** While a file is being checked, ask how it stands; only the lists are put in anew. */
function watch(wait = CHECK_EVERY) {
  clearTimeout(timer);
  if (!document.querySelector("[data-pending]")) {
    document.querySelector(".filing-waiting")?.remove();
    return;
  }
  timer = setTimeout(async () => {
    try {
      const reply = await fetch(location.href, { headers: { accept: "text/html" } });
      const page = reply.ok ? parse(await reply.text()) : null;
      for (const list of document.querySelectorAll("[data-files]:has([data-pending])")) {
        const slot = list.closest("[data-slot]");
        const busy = list.querySelector("progress") || list.contains(document.activeElement);
        const fresh = page?.getElementById(slot.id)?.querySelector("[data-files]");
        if (fresh && !busy) list.replaceWith(document.importNode(fresh, true));
      }
    } finally {
      watch(Math.min(wait * 1.25, 15000));
    }
  }, wait);
}

/** Files chosen a moment ago must not be lost to the next page. */
function waitForFiles(event) {
  if (!unsent) return;
  event.preventDefault();
  const { submitter } = event;
  going.finally(() => form.querySelector("[data-error]") || form.requestSubmit(submitter));
}

if (form) {
  form.addEventListener("submit", waitForFiles);
  for (const slot of form.querySelectorAll("[data-slot]")) enhance(slot);
  watch();
}
