// Keeps a page of the wizard, or of additions, while somebody types. Without this file the same
// form has its "Lưu nháp" button. The box [data-draft-saving] at the end of the form says where
// (templates/dossiers/citizen/filing/saving.html), dossiers/views/autosave.py answers.
//
// First a ciphertext in this browser (draft-copy.js), then the server, again and again until it
// has the words. What the page loads with and does not match is offered, never put in by itself.

import { Copy, forgetDraft, wipe } from "./draft-copy.js";

const WAIT = 1500;
const COPY_WAIT = 300;
const LATEST = 30000;
const PATIENCE = 15000;
const OWN = new Set(["csrfmiddlewaretoken", "viec", "goc", "tab", "luot", "het"]);

const node = (name, words, more = {}) => Object.assign(document.createElement(name), { textContent: words, ...more });

/** "14:05 hôm qua" */
function moment(at) {
  const then = new Date(at);
  const time = then.toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" });
  const midnight = new Date().setHours(0, 0, 0, 0);
  if (at >= midnight) return `${time} hôm nay`;
  if (at >= midnight - 24 * 3600 * 1000) return `${time} hôm qua`;
  return `${time} ngày ${then.toLocaleDateString("vi-VN", { day: "2-digit", month: "2-digit", year: "numeric" })}`;
}

class Draft {
  constructor(box) {
    this.box = box;
    this.form = box.closest("form");
    this.state = box.querySelector("[data-save-state]");
    this.voice = box.querySelector("[data-save-voice]");
    this.offer = box.querySelector("[data-copy-offer]");
    this.tab = crypto.getRandomValues(new Uint32Array(2)).join("");
    this.turn = 0;
    this.dirty = 0; // how often something was typed that no save has carried yet
    this.tries = 0;
    this.stopped = box.dataset.paused !== undefined;
    this.first = JSON.stringify(this.fields());
    this.control("tab").value = this.tab;
    const { draft, part, keyUrl } = box.dataset;
    this.sentMark = `gui-${draft}/${part}`;
    this.copy = box.dataset.shared === undefined ? new Copy(draft, part, keyUrl) : null;
    if (!this.copy) wipe();
    this.form.addEventListener("input", (event) => this.typed(event));
    this.form.addEventListener("change", (event) => this.typed(event));
    this.form.addEventListener("submit", (event) => event.defaultPrevented || this.submitted());
    window.addEventListener("online", () => this.dirty && this.save());
    window.addEventListener("offline", () => this.dirty && this.sayOffline());
    document.addEventListener("session:ended", () => this.ended());
    document.addEventListener("session:renewed", () => this.renewed());
    this.lookBack();
  }

  control(name) {
    return this.form.elements.namedItem(name);
  }

  /** Shown always; read aloud when it is news ("Đang lưu…" every few seconds is none). */
  say(words, kind, ...buttons) {
    if (kind !== "busy" && this.voice.textContent !== words) this.voice.textContent = words;
    this.state.replaceChildren(words, ...buttons.flatMap((button) => [" ", button]));
    this.state.dataset.kind = kind;
  }

  fields() {
    return [...new FormData(this.form)].filter(([name, value]) => typeof value === "string" && !OWN.has(name));
  }

  typed(event) {
    if (event.target.type === "file" || event.target.name?.startsWith("giu-")) return;
    this.dirty += 1;
    clearTimeout(this.copyTimer);
    this.copyTimer = setTimeout(() => this.keepHere(), COPY_WAIT);
    if (!this.stopped) this.plan(WAIT);
  }

  async keepHere() {
    if (!this.copy || !this.dirty) return;
    this.keptHere = await this.copy.keep({ fields: this.fields(), base: this.control("goc").value });
  }

  plan(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
  }

  save() {
    if (this.going) return this.going;
    clearTimeout(this.timer);
    this.going = this.send().finally(() => (this.going = null));
    return this.going;
  }

  /** The form without files, and by which tab's which save it is. */
  body(fields, base) {
    const data = new URLSearchParams(fields ?? this.fields());
    for (const name of ["csrfmiddlewaretoken", "tab"]) data.set(name, this.control(name).value);
    data.set("goc", base ?? this.control("goc").value);
    data.set("luot", String((this.turn += 1)));
    data.set("het", "1");
    return data;
  }

  post(body) {
    const headers = { Accept: "application/json" };
    const signal = AbortSignal.timeout(PATIENCE);
    return fetch(this.box.dataset.url, { method: "POST", body, headers, redirect: "manual", signal });
  }

  async send() {
    if (this.stopped) return;
    const carried = this.dirty;
    this.say("Đang lưu…", "busy");
    let answer;
    try {
      answer = await this.post(this.body());
    } catch {
      return this.again();
    }
    if (answer.status >= 500 || answer.status === 429) return this.again();
    if (answer.type === "opaqueredirect" || answer.status === 403) return this.ended();
    if (answer.ok) return this.saved(await answer.json(), carried);
    const found = await answer.json().catch(() => ({ sentence: `lỗi ${answer.status}` }));
    if (answer.status === 409) return this.clash(found);
    this.stop(`Chưa lưu được: ${found.sentence}`);
    if (answer.status !== 410) return;
    await forgetDraft(this.box.dataset.draft);
    this.state.append(" ", node("a", "Xem", { href: found.url }));
  }

  async saved(found, carried) {
    this.tries = 0;
    this.dirty -= Math.min(carried, this.dirty);
    this.control("goc").value = found.mark;
    this.say(`Đã lưu lúc ${found.saved_at}.`, "saved");
    if (found.left) document.dispatchEvent(new CustomEvent("session:stays", { detail: found.left }));
    if (this.dirty) return this.plan(WAIT);
    clearTimeout(this.copyTimer);
    this.offer.replaceChildren();
    await this.copy?.forget();
  }

  sayOffline() {
    const here = this.keptHere ? "Câu trả lời được giữ trên máy này." : "Đừng đóng trang này.";
    this.say(`Đang ngoại tuyến. ${here} Sẽ tự lưu khi có mạng.`, "error");
  }

  again() {
    if (navigator.onLine) this.say("Chưa lưu được, đang thử lại.", "error");
    else this.sayOffline();
    this.tries += 1;
    this.plan(Math.min(2000 * 2 ** (this.tries - 1), LATEST) * (0.75 + Math.random() / 2));
  }

  stop(words, ...buttons) {
    this.stopped = true;
    clearTimeout(this.timer);
    this.say(words, "error", ...buttons);
  }

  /** A plain POST of the form: its answer is the page that shows both, or asks to sign in. */
  sendButton(words) {
    return node("button", words, { type: "submit", name: "viec", value: "luu", className: "btn btn-sm btn-outline-primary" });
  }

  clash(found) {
    this.stop(`Chưa lưu: ${found.sentence}`, this.sendButton("Xem hai bản và chọn"));
  }

  ended() {
    this.over = true;
    this.stop("Phiên làm việc đã hết; những gì bạn đã gõ vẫn còn trên trang.", this.sendButton("Đăng nhập lại và giữ câu trả lời"));
  }

  renewed() {
    if (!this.over) return;
    this.over = this.stopped = false;
    this.save();
  }

  submitted() {
    clearTimeout(this.timer);
    this.stopped = true;
    this.control("luot").value = String((this.turn += 1));
    sessionStorage.setItem(this.sentMark, "1");
  }

  /** What an earlier visit typed here and did not get through. */
  async lookBack() {
    const left = await this.copy?.left();
    if (!left || this.stopped || this.dirty) return;
    const sent = sessionStorage.getItem(this.sentMark) && left.base !== this.control("goc").value;
    sessionStorage.removeItem(this.sentMark);
    if (sent || JSON.stringify(left.fields) === this.first) return this.copy.forget();
    this.show(left);
  }

  show(left) {
    const words = `Có câu trả lời chưa gửi từ ${moment(left.at)} trên máy này.`;
    const use = node("button", "Dùng lại", { type: "button", className: "btn btn-primary btn-sm" });
    const drop = node("button", "Bỏ", { type: "button", className: "btn btn-outline-primary btn-sm" });
    const row = node("p", "");
    row.append(use, " ", drop);
    const notice = node("div", "", { className: "notice notice--warning draft-offer" });
    const body = node("div", "", { className: "notice__body" });
    body.append(node("p", words, { className: "notice__title" }), row);
    notice.append(body);
    this.offer.replaceChildren(notice);
    this.form.prepend(this.offer);
    this.voice.textContent = words;
    use.addEventListener("click", () => this.use(left));
    drop.addEventListener("click", async () => {
      await this.copy.forget();
      this.offer.replaceChildren();
      this.say("Đã bỏ bản trên máy này.", "saved");
    });
  }

  /** Through the server, which knows whether its own copy is newer. */
  async use(left) {
    try {
      const answer = await this.post(this.body(left.fields, left.base));
      if (answer.ok) {
        await this.copy.forget();
        this.stopped = true;
        location.reload();
      } else if (answer.status === 409) this.sendPlain(left);
      else this.again();
    } catch {
      this.again();
    }
  }

  sendPlain(left) {
    const form = node("form", "", { method: "post", hidden: true });
    const data = this.body(left.fields, left.base);
    data.set("viec", "luu");
    data.delete("tab");
    for (const [name, value] of data) form.append(node("input", "", { type: "hidden", name, value }));
    document.body.append(form);
    form.submit();
  }
}

for (const box of document.querySelectorAll("[data-draft-saving]")) new Draft(box);
