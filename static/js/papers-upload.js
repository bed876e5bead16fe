// One file on its way: sent in pieces by tus-js-client, paused, resumed, given up. After a lost
// connection it goes on by itself, after a reload from what this browser has kept.

import { forget, keep } from "./papers-store.js";

const PIECE = 1024 * 1024; // what a lost connection costs at most
const AGAIN = [0, 1000, 3000, 5000, 10000];
const WAIT = 15000; // then we ask again whether the network is back

/** Text of a refusal from the server, or "" when it was the network's fault. */
function refusal(error) {
  const answer = error.originalResponse;
  if (!answer) return "";
  const status = answer.getStatus();
  const text = answer.getBody();
  if (status === 429) return "Bạn đã gửi nhiều tệp trong một giờ. Hãy nghỉ một lát rồi gửi tiếp.";
  if (status === 403) return "Phiên làm việc đã hết. Hãy tải lại trang, đăng nhập rồi gửi tiếp.";
  const ours = text && !text.includes("<") && text.length < 600;
  if (status >= 400 && status !== 409 && status !== 423) {
    return ours ? text : `Máy chủ không nhận tệp này (mã ${status}).`;
  }
  return "";
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
    this.row = this.makeRow();
    this.done = new Promise((resolve) => (this.end = resolve));
    keep({ id: this.id, ...this.kept(), file: this.file });
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
      onUploadUrlAvailable: () => {
        this.url = this.tus.url;
        keep({ id: this.id, ...this.kept(), file: this.file });
      },
      onProgress: (sent, all) => {
        this.bar.value = sent;
        this.say(`Đang gửi “${this.file.name}”: ${megabytes(sent)} trên ${megabytes(all)}`);
      },
      onSuccess: () => this.finish(""),
      onError: (error) => this.failed(error),
    });
    this.tus.start();
  }

  kept() {
    const { who, draft } = this.form.dataset;
    return { who, draft, place: this.place, url: this.url };
  }

  failed(error) {
    const sentence = refusal(error);
    if (sentence) return this.finish(sentence);
    this.say(`Mất kết nối. “${this.file.name}” sẽ tự gửi tiếp khi có mạng.`);
    const again = () => {
      clearTimeout(this.timer);
      removeEventListener("online", again);
      if (!this.paused && !this.ended) this.tus.start();
    };
    addEventListener("online", again);
    this.timer = setTimeout(again, WAIT);
  }

  async toggle() {
    this.paused = !this.paused;
    this.pauser.textContent = this.paused ? "Gửi tiếp" : "Tạm dừng";
    this.pauser.setAttribute("aria-label", `${this.pauser.textContent} ${this.file.name}`);
    if (this.paused) {
      await this.tus?.abort();
      this.say(`Đã tạm dừng gửi “${this.file.name}”`);
    } else if (this.tus) {
      this.tus.start();
    } else {
      this.say(`Chờ gửi “${this.file.name}”`);
    }
    this.form.dispatchEvent(new Event("turn"));
  }

  async cancel() {
    await this.tus?.abort(true).catch(() => {}); // a half file nobody fetches goes by itself
    this.finish(null);
  }

  /** "" sent, null given up, else the sentence why not. */
  finish(sentence) {
    this.ended = true;
    clearTimeout(this.timer);
    forget(this.id);
    this.end(sentence);
  }
}

/** By which this file is known again on this machine. */
export const mark = (file) => `${file.lastModified}`;
