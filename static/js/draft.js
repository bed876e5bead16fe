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
const TICKS = "chon-"; // pictures to be joined, no answers
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
    this.shown = [];
    this.stopped = box.dataset.paused !== undefined;
    this.known = JSON.stringify(this.fields()); // the words that need no copy
    this.control("tab").value = this.tab;
    const { draft, part, keyUrl } = box.dataset;
    this.sentMark = `da-gui-${draft}/${part}`;
    this.copy = box.dataset.shared === undefined ? new Copy(draft, part, keyUrl, this.tab) : null;
    if (!this.copy) wipe();
    this.form.addEventListener("input", (event) => this.typed(event));
    this.form.addEventListener("change", (event) => this.typed(event));
    this.form.addEventListener("submit", (event) => event.defaultPrevented || this.submitted());
    window.addEventListener("online", () => (this.dirty || this.wanted) && this.save());
    window.addEventListener("offline", () => this.dirty && this.sayOffline());
    document.addEventListener("session:ending", () => this.dirty && this.save());
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
    return [...new FormData(this.form)].filter(([name, value]) => typeof value === "string" && !OWN.has(name) && !name.startsWith(TICKS));
  }

  typed(event) {
    if (event.target.type === "file" || event.target.closest?.("[data-slot]")) return;
    if (event.target.name?.startsWith("giu-")) return;
    this.dirty += 1;
    clearTimeout(this.copyTimer);
    this.copyTimer = setTimeout(() => this.keepHere(), COPY_WAIT);
    if (!this.stopped) this.plan(WAIT);
  }

  async keepHere() {
    if (!this.copy || !this.dirty) return;
    if (JSON.stringify(this.fields()) === this.known) return this.copy.forget();
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

  /** The form without files, and by which tab's which save it is; or what an earlier visit left,
   * which is no save of this tab: what the server has by now is not to be put aside by it. */
  body(left) {
    const data = new URLSearchParams(left ? left.fields : this.fields());
    data.set("csrfmiddlewaretoken", this.control("csrfmiddlewaretoken").value);
    data.set("goc", left ? left.base : this.control("goc").value);
    if (!left) data.set("tab", this.tab);
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
    const { dirty: carried, wanted } = this;
    const words = JSON.stringify(this.fields());
    this.say("Đang lưu…", "busy");
    let answer;
    try {
      answer = await this.post(this.body(wanted));
    } catch {
      return this.again();
    }
    if (answer.status >= 500 || answer.status === 429) return this.again();
    if (answer.type === "opaqueredirect" || answer.status === 403) return this.ended();
    if (answer.ok && wanted) return this.used(wanted);
    if (answer.ok) return this.saved(await answer.json(), carried, words);
    const found = await answer.json().catch(() => ({ sentence: `lỗi ${answer.status}` }));
    if (answer.status === 409) return wanted ? this.sendPlain(wanted) : this.clash(found);
    this.stop(`Chưa lưu được: ${found.sentence}`);
    if (answer.status !== 410) return;
    await forgetDraft(this.box.dataset.draft);
    this.state.append(" ", node("a", "Xem", { href: found.url }));
  }

  async saved(found, carried, words) {
    this.tries = 0;
    this.known = words;
    this.dirty -= Math.min(carried, this.dirty);
    this.control("goc").value = found.mark;
    this.say(`Đã lưu lúc ${found.saved_at}.`, "saved");
    if (found.left) document.dispatchEvent(new CustomEvent("session:stays", { detail: found.left }));
    if (this.dirty) return this.plan(WAIT);
    clearTimeout(this.copyTimer);
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
    this.markSent(this.copy?.id, ...this.shown);
  }

  /** Copies whose words go out with a plain POST. */
  markSent(...ids) {
    sessionStorage.setItem(this.sentMark, JSON.stringify(ids));
  }

  /** What earlier visits typed here and did not get through. */
  async lookBack() {
    const sent = JSON.parse(sessionStorage.getItem(this.sentMark) ?? "[]");
    sessionStorage.removeItem(this.sentMark);
    if (this.stopped) return (this.shown = sent); // beside the saved ones, to be chosen from
    const [base, waiting] = [this.control("goc").value, []];
    for (const left of (await this.copy?.left()) ?? []) {
      const arrived = sent.includes(left.id) && left.base !== base;
      if (arrived || JSON.stringify(left.fields) === this.known) await this.copy.forget(left.id);
      else waiting.push(left);
    }
    this.ask(waiting);
  }

  /** One after the other. Nothing but the person's choice takes one away. */
  ask([left, ...others]) {
    if (left) this.show(left, () => this.ask(others));
    else this.offer.replaceChildren();
  }

  show(left, next) {
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
      await this.copy.forget(left.id);
      this.say("Đã bỏ bản trên máy này.", "saved");
      next();
    });
  }

  /** Through the server, which knows whether its own copy is newer; until it has answered. */
  async use(left) {
    await this.going;
    this.wanted = left;
    this.stopped = false;
    this.save();
  }

  async used(left) {
    await this.keepHere();
    await this.copy.forget(left.id);
    this.stopped = true;
    location.reload();
  }

  async sendPlain(left) {
    await this.keepHere();
    const form = node("form", "", { method: "post", hidden: true });
    const data = this.body(left);
    data.set("viec", "luu");
    this.markSent(left.id);
    for (const [name, value] of data) form.append(node("input", "", { type: "hidden", name, value }));
    document.body.append(form);
    form.submit();
  }
}

for (const box of document.querySelectorAll("[data-draft-saving]")) new Draft(box);
