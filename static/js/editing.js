// Saving while somebody writes. Improvements only: without this file the same form has its
// "Lưu" button, and every other button of it is a plain POST.
//
//   <form method="post" data-autosave data-save-url="…">     save-url defaults to the page
//                       data-draft="12"                       previews of the draft are told
//     <input type="hidden" name="revision" value="7">         every one on the page follows
//     <p data-save-state></p>                                 in the form or on the page
//     <div data-problems hidden></div>                        where sentences are listed
//     <button name="viec" value="luu">Lưu</button>
//     <button name="viec" value="len:steps.2" data-in-place>  done without leaving the page
//   </form>
//   <form method="post" data-after-save>…</form>              sent once all words are saved
//
// A save is the form's own POST with the header `X-Requested-With: fetch` (and no files).
// Answers are JSON:
//   200 {revision, saved_at, said, problems, fragments, focus}
//   409 {sentence}            somebody else saved: `sentence` says who
//   422 {problems}            nothing was saved
// `problems` are [{field, sentence}] (field: the control's name or ""), `fragments` {id: html}
// take the places of the elements with these ids, `focus` is an id, `said` is read aloud.
// The form sends "editing:saved" (detail: the answer) after each save. It needs an id.

const WAIT = 2000;
const LATEST = 30000;
const GONE = "Phiên đăng nhập đã hết. Hãy đăng nhập ở một thẻ khác, rồi bấm Lưu ở đây.";

class Saver {
  constructor(form) {
    this.form = form;
    this.url = form.dataset.saveUrl || location.href.split("#")[0];
    this.state = form.querySelector("[data-save-state]") ?? document.querySelector("[data-save-state]");
    this.voice = Object.assign(document.createElement("p"), { className: "visually-hidden" });
    this.voice.setAttribute("role", "status");
    form.after(this.voice);
    this.dirty = 0; // how many times something was typed that no save has carried yet
    this.going = null;
    this.timer = 0;
    this.tries = 0;
    this.stopped = false;
    this.leaving = false;
    form.addEventListener("input", (event) => this.typed(event));
    form.addEventListener("change", (event) => this.typed(event));
    form.addEventListener("submit", (event) => this.submitted(event));
    form.addEventListener("keydown", (event) => this.enter(event));
    window.addEventListener("online", () => this.dirty && this.save());
    window.addEventListener("beforeunload", (event) => {
      if ((this.dirty || this.going) && !this.leaving) event.preventDefault();
    });
    window.addEventListener("pageshow", () => (this.leaving = false));
  }

  /** Shown always; read aloud when it is news ("Đang lưu…" every few seconds is none). */
  say(words, kind = "") {
    if (kind !== "busy" && this.voice.textContent !== words) this.voice.textContent = words;
    if (!this.state) return;
    if (this.state.textContent !== words) this.state.textContent = words;
    this.state.dataset.kind = kind;
  }

  typed(event) {
    if (event.target.closest("[data-no-save]")) return;
    if (event.target.type === "file") return event.type === "change" && this.chosen(event.target);
    this.dirty += 1;
    if (!this.stopped) this.plan(WAIT);
  }

  /** A file goes up by the button that belongs to it, at once. */
  chosen(input) {
    const button = document.getElementById(input.dataset.button ?? "");
    if (input.files.length && button) this.form.requestSubmit(button);
  }

  /** Enter in a line means save, not the first button of the page (which may delete a row). */
  enter(event) {
    if (event.key !== "Enter" || !event.target.matches("input:not([type=checkbox], [type=radio], [type=file])")) return;
    event.preventDefault();
    const own = document.getElementById(event.target.dataset.button ?? "");
    if (own) this.form.requestSubmit(own);
    else this.save();
  }

  plan(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
  }

  /** Resolves when nothing is on its way; whether all words are saved then. */
  async settle() {
    clearTimeout(this.timer);
    if (this.going) await this.going;
    if (this.dirty && !this.stopped) await this.save();
    return !this.dirty;
  }

  /** Resolves to the answer, or false. */
  save(button = null) {
    if (this.going) return this.going.then(() => (this.dirty || button ? this.save(button) : true));
    clearTimeout(this.timer);
    this.going = this.send(button).finally(() => (this.going = null));
    return this.going;
  }

  body(button) {
    const data = new FormData(this.form);
    for (const [name, value] of [...data.entries()]) {
      if (value instanceof File && (!button || !value.size)) data.delete(name);
    }
    if (button?.name) data.append(button.name, button.value);
    return data;
  }

  async send(button) {
    const carried = this.dirty;
    this.say("Đang lưu…", "busy");
    let answer;
    try {
      answer = await fetch(this.url, {
        method: "POST",
        body: this.body(button),
        headers: { "X-Requested-With": "fetch", Accept: "application/json" },
      });
    } catch {
      return this.again("Chưa lưu được: mất kết nối. Sẽ tự lưu lại khi có mạng.", button);
    }
    if (answer.status >= 500 || answer.status === 429) {
      return this.again("Chưa lưu được: máy chủ đang bận. Sẽ tự thử lại.", button);
    }
    if (!answer.headers.get("content-type")?.startsWith("application/json")) {
      const gone = answer.redirected || answer.status === 403;
      const large = [400, 413].includes(answer.status) ? "nội dung gửi lên quá lớn" : `lỗi ${answer.status}`;
      this.stop(gone ? GONE : `Chưa lưu được: ${large}.`);
      return false;
    }
    return this.answered(answer.status, await answer.json(), carried);
  }

  again(words, button) {
    this.say(words, "error");
    this.tries += 1;
    if (!button) this.plan(Math.min(2000 * 2 ** (this.tries - 1), LATEST));
    return false;
  }

  answered(status, found, carried) {
    this.tries = 0;
    if (status === 409) return this.conflict(found);
    this.mark(found.problems ?? []);
    if (status !== 200) {
      this.say(`Chưa lưu được: ${found.problems?.[0]?.sentence ?? found.sentence}`, "error");
      return false;
    }
    this.stopped = false;
    this.dirty -= Math.min(carried, this.dirty);
    for (const input of document.querySelectorAll("input[name=revision]")) input.value = found.revision;
    for (const input of document.querySelectorAll("input[name=goc]")) input.value = found.base ?? input.value;
    this.replace(found);
    this.say([found.said, `Đã lưu lúc ${found.saved_at}.`].filter(Boolean).join(" "), "saved");
    if (this.dirty) this.plan(WAIT);
    if (this.form.dataset.draft) new BroadcastChannel("drafts").postMessage(this.form.dataset.draft);
    this.form.dispatchEvent(new CustomEvent("editing:saved", { detail: found, bubbles: true }));
    return found;
  }

  stop(words) {
    this.stopped = true;
    this.say(words, "error");
  }

  /** The same words once more as a plain POST: its answer is the page that shows both. */
  conflict(found) {
    this.stop(`Chưa lưu được: ${found.sentence} `);
    const button = document.createElement("button");
    button.className = "btn btn-sm btn-outline-primary";
    button.name = "viec";
    button.value = "luu";
    button.textContent = "Xem khác nhau và chọn";
    button.setAttribute("form", this.form.id);
    this.state?.append(button);
    return false;
  }

  mark(problems) {
    const list = this.form.querySelector("[data-problems]");
    for (const old of this.form.querySelectorAll("[data-problem]")) old.remove();
    for (const input of this.form.querySelectorAll("[data-was-valid]")) {
      input.removeAttribute("aria-invalid");
      input.classList.remove("is-invalid");
      delete input.dataset.wasValid;
    }
    for (const { field, sentence } of problems) this.markOne(field, sentence);
    if (!list) return;
    list.hidden = problems.length === 0;
    list.replaceChildren(...problems.map(({ field, sentence }) => this.line(field, sentence)));
  }

  control(field) {
    return field ? this.form.querySelector(`[name="${CSS.escape(field)}"]`) : null;
  }

  line(field, sentence) {
    const row = document.createElement("p");
    const place = this.control(field);
    const words = document.createElement(place ? "a" : "strong");
    if (place) words.href = `#${place.id}`;
    words.textContent = sentence;
    row.append(words);
    return row;
  }

  markOne(field, sentence) {
    const input = this.control(field);
    if (!input) return;
    input.setAttribute("aria-invalid", "true");
    input.classList.add("is-invalid");
    input.dataset.wasValid = "";
    const words = document.createElement("p");
    words.className = "eform-error";
    words.dataset.problem = "";
    words.textContent = sentence;
    input.before(words);
  }

  /** New HTML in the places of the old; who is writing there is not disturbed. */
  replace({ fragments = {}, focus = "" }) {
    for (const [id, html] of Object.entries(fragments)) {
      const old = document.getElementById(id);
      if (!old || (!focus && old.contains(document.activeElement))) continue;
      const fresh = new DOMParser().parseFromString(html, "text/html").getElementById(id);
      if (fresh) old.replaceWith(document.importNode(fresh, true));
    }
  }

  /** Rows come back from the server: nothing may be typed into those that go. */
  async inPlace(button) {
    this.form.inert = true;
    const done = await this.save(button);
    this.form.inert = false;
    if (done) this.focus(done.focus);
    else button.focus();
  }

  focus(id) {
    const there = id && document.getElementById(id);
    if (!there) return;
    there.focus({ preventScroll: true });
    there.scrollIntoView({ block: "nearest" });
  }

  async submitted(event) {
    const { submitter } = event;
    if (this.resending) {
      this.resending = false;
      this.leaving = true;
      return;
    }
    if (submitter?.dataset.inPlace !== undefined && !this.stopped) {
      event.preventDefault();
      await this.inPlace(submitter);
      return;
    }
    if (!this.going) {
      clearTimeout(this.timer);
      this.leaving = true;
      return;
    }
    // A save on its way will raise the revision: what is sent now would meet itself.
    event.preventDefault();
    await this.going;
    this.resending = true;
    this.form.requestSubmit(submitter);
  }
}

const savers = [...document.querySelectorAll("form[data-autosave]")].map((form) => new Saver(form));

window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-settled]")) delete form.dataset.settled;
});
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.dataset.afterSave === undefined || form.dataset.settled !== undefined) return;
  if (savers.every((saver) => !saver.dirty && !saver.going)) return;
  event.preventDefault();
  const { submitter } = event;
  const settled = await Promise.all(savers.map((saver) => saver.settle()));
  if (!settled.every(Boolean)) return;
  form.dataset.settled = "";
  form.requestSubmit(submitter);
}, true);
