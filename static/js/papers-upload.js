// One file on its way: sent in pieces by tus-js-client, paused, resumed, given up. After a lost
// connection it goes on by itself, after a reload from what this browser has kept.

import { forget, keep } from "./papers-store.js";

const PIECE = 1024 * 1024; // what a lost connection costs at most
const AGAIN = [0, 1000, 3000]; // by the library; then it is put aside
const WAIT = 15000; // the first time, then longer
const LONGEST = 60000;

/** What came back, or null when it was the network's fault. */
const answerTo = (error) => error.originalResponse ?? error.causingError?.answer ?? null;
const statusOf = (error) => answerTo(error)?.getStatus() ?? 0;

/** Nobody is signed in any more, or the page's token is of an earlier sign-in. */
const isSignedOut = (status) => status === 401 || status === 403;

/** The server will never take this file. Whatever else went wrong may go right later. */
const isRefusal = (status) =>
  status >= 400 && status < 500 && !isSignedOut(status) && ![408, 409, 423, 425, 429].includes(status);

/** Why not, in the server's words if it has any. */
function refusal(error) {
  const text = answerTo(error).getBody();
  const ours = text && !text.includes("<") && text.length < 600;
  return ours ? text : `Máy chủ không nhận tệp này (mã ${statusOf(error)}).`;
}

/** Why it stands still for now, to be followed by what becomes of the file. */
function trouble(status) {
  if (isSignedOut(status)) return "Phiên làm việc đã hết.";
  if (status === 429) return "Bạn đã gửi nhiều tệp trong một giờ.";
  if (status === 409 || status === 423) return "Tệp này đang được gửi từ một thẻ hay thiết bị khác.";
  if (status === 507) return "Máy chủ tạm hết chỗ lưu.";
  if (status >= 500) return "Máy chủ đang bận hoặc bảo trì.";
  return "Mất kết nối.";
}

/** How long to wait, in milliseconds: what the server asks for, else longer each time. */
function waitFor(error, tries) {
  const asked = Number(answerTo(error)?.getHeader("Retry-After")) * 1000;
  return Math.max(asked || 0, Math.min(WAIT * tries, LONGEST));
}

/** In words, rounded up: "3 phút". */
const minutes = (milliseconds) => `${Math.max(Math.ceil(milliseconds / 60000), 1)} phút`;

/** The library takes any bad answer to "how much is there?" for a file that is gone, and begins a
 *  new one. Only 404 and 410 say so. */
function keepPlace(request, answer) {
  const status = answer.getStatus();
  if (request.getMethod() !== "HEAD" || status < 300 || status === 404 || status === 410) return;
  throw Object.assign(new Error(`HEAD: ${status}`), { answer });
}

/** Each piece prolongs the session (session-end.js counts down). */
function noteSession(answer) {
  const left = Number(answer.getHeader("Session-Left"));
  if (left) document.dispatchEvent(new CustomEvent("session:stays", { detail: left }));
}

/** The page's token of today, once the same person has signed in again; else null. */
async function freshToken(form) {
  try {
    const reply = await fetch(location.href, { redirect: "manual", cache: "no-store" });
    if (!reply.ok) return null;
    const page = new DOMParser().parseFromString(await reply.text(), "text/html");
    const same = page.querySelector("[data-papers]");
    if (same?.dataset.who !== form.dataset.who) return null;
    return same.querySelector("[name=csrfmiddlewaretoken]").value;
  } catch {
    return null;
  }
}

const megabytes = (size) =>
  (size / 1048576).toLocaleString("vi-VN", { maximumFractionDigits: 1 }) + " MB";

function button(words, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-link btn-sm";
  made.textContent = words;
  made.addEventListener("click", act);
  return made;
}

let count = 0;

/** In the order they were chosen, also after a reload. */
const newId = () => `${Date.now()}-${String(++count).padStart(4, "0")}-${Math.random()}`;

export class Sending {
  /** place: the control's name; url: where it was being sent to, if it was. */
  constructor(form, { id, place, file, url = null }) {
    Object.assign(this, { form, place, file, url, id: id ?? newId() });
    this.paused = false;
    this.signedOut = false; // waits for a sign-in, and this page with it
    this.tries = 0;
    this.row = this.makeRow();
    this.done = new Promise((resolve) => (this.end = resolve));
    this.keep();
  }

  /** For the next visit, so that a reload or a crash costs nothing; never on a shared machine. */
  async keep() {
    if (this.form.dataset.shared !== undefined) return;
    const { who, draft } = this.form.dataset;
    const { id, place, url, file } = this;
    this.isKept = (await keep({ id, who, draft, place, url, file })) !== null;
  }

  makeRow() {
    const item = document.createElement("li");
    item.className = "file file--sending";
    const body = document.createElement("div");
    body.className = "file__body";
    this.words = document.createElement("p");
    this.words.className = "file__state file__state--pending";
    this.bar = document.createElement("progress");
    this.bar.max = this.file.size || 1;
    this.bar.value = 0;
    this.bar.setAttribute("aria-label", `Đã gửi ${this.file.name}`);
    const acts = document.createElement("div");
    acts.className = "file__acts";
    this.pauser = button("Tạm dừng", () => this.toggle());
    this.pauser.setAttribute("aria-label", `Tạm dừng gửi ${this.file.name}`);
    const giver = button("Hủy", () => this.cancel());
    giver.setAttribute("aria-label", `Hủy gửi ${this.file.name}`);
    acts.append(this.pauser, giver);
    body.append(this.words, this.bar, acts);
    item.append(body);
    this.say(`Chờ gửi “${this.file.name}”`);
    return item;
  }

  say(words) {
    this.words.textContent = words;
  }

  start() {
    this.say(`Đang gửi “${this.file.name}”`);
    this.tus = new tus.Upload(this.file, {
      endpoint: this.form.dataset.resume,
      uploadUrl: this.url,
      uploadDataDuringCreation: true,
      storeFingerprintForResuming: false,
      chunkSize: PIECE,
      retryDelays: AGAIN,
      headers: { "X-CSRFToken": this.form.elements.csrfmiddlewaretoken.value },
      metadata: { filename: this.file.name, place: this.place, mark: mark(this.file) },
      onShouldRetry: (error) => {
        const status = statusOf(error);
        if (isRefusal(status) || isSignedOut(status) || status === 429) return false;
        if (status !== 409 && status !== 423) this.say(this.tellOf(error));
        return navigator.onLine;
      },
      onAfterResponse: (request, answer) => {
        noteSession(answer);
        keepPlace(request, answer);
      },
      onUploadUrlAvailable: () => {
        this.url = this.tus.url;
        this.keep();
      },
      onProgress: (sent, all) => {
        this.bar.value = sent;
        this.say(`Đang gửi “${this.file.name}”: ${megabytes(sent)} trên ${megabytes(all)}`);
      },
      onChunkComplete: () => (this.tries = 0),
      onSuccess: () => this.finish(""),
      onError: (error) => this.failed(error),
    });
    this.tus.start();
  }

  tellOf(error) {
    const status = statusOf(error);
    const name = `“${this.file.name}”`;
    const when = {
      0: "khi có mạng",
      401: "sau khi bạn đăng nhập lại",
      403: "sau khi bạn đăng nhập lại",
      429: `sau ${minutes(waitFor(error, 0))}`,
    };
    return `${trouble(status)} ${name} sẽ tự gửi tiếp${when[status] ? ` ${when[status]}` : ""}.`;
  }

  /** Refused for good, or put aside until what is in the way has gone. */
  failed(error) {
    if (this.ended) return;
    const status = statusOf(error);
    if (isRefusal(status)) return this.finish(refusal(error));
    this.signedOut = isSignedOut(status);
    this.say(this.tellOf(error));
    if (this.signedOut) this.words.append(" ", this.signInLink());
    this.tries += 1;
    this.wait(waitFor(error, this.tries));
  }

  /** To this same page, by way of the sign-in: what this browser has kept goes on there. */
  signInLink() {
    const link = document.createElement("a");
    link.textContent = "Đăng nhập lại";
    link.href = location.pathname + location.search;
    if (!this.isKept) link.target = "_blank";
    return link;
  }

  /** Until the time is over, the line is back or somebody looks at the page again. */
  wait(milliseconds) {
    this.stopWaiting();
    this.rest = new AbortController();
    const { signal } = this.rest;
    const again = () => {
      this.stopWaiting();
      if (!this.paused && !this.ended) this.goOn();
    };
    addEventListener("online", again, { signal });
    document.addEventListener("visibilitychange", () => document.hidden || again(), { signal });
    this.timer = setTimeout(again, milliseconds);
  }

  stopWaiting() {
    clearTimeout(this.timer);
    this.rest?.abort();
  }

  async goOn() {
    if (this.signedOut) {
      const token = await freshToken(this.form);
      if (!token) return this.wait(WAIT);
      for (const one of document.querySelectorAll("[name=csrfmiddlewaretoken]")) one.value = token;
      this.signedOut = false;
    }
    this.tus.options.headers["X-CSRFToken"] = this.form.elements.csrfmiddlewaretoken.value;
    this.tus.start();
  }

  async toggle() {
    this.paused = !this.paused;
    this.pauser.textContent = this.paused ? "Gửi tiếp" : "Tạm dừng";
    this.pauser.setAttribute("aria-label", `${this.pauser.textContent} ${this.file.name}`);
    if (this.paused) {
      this.stopWaiting();
      await this.tus?.abort();
      this.say(`Đã tạm dừng gửi “${this.file.name}”`);
    } else if (this.tus) {
      this.goOn();
    } else {
      this.say(`Chờ gửi “${this.file.name}”`);
    }
    this.form.dispatchEvent(new Event("turn"));
  }

  async cancel() {
    // A half file nobody fetches goes by itself; nobody waits for a server that is away.
    const gone = this.tus?.abort(true).catch(() => {});
    await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, 3000))]);
    this.finish(null);
  }

  /** "" sent, null given up, else the sentence why not. */
  finish(sentence) {
    this.ended = true;
    this.stopWaiting();
    forget(this.id);
    this.end(sentence);
  }
}

/** By which this file is known again on this machine. */
export const mark = (file) => `${file.lastModified}`;
