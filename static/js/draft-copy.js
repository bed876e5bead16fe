// What was typed on a page of a draft and has not reached the server yet, kept in this browser:
// AES-GCM ciphertext in IndexedDB. The key comes from the server, for the person who makes the
// draft, and is never stored here; without it nobody reads a copy, also not the next person who
// signs in on this machine. A copy goes when the server has the words, when it is a month old,
// when the draft is filed, and with all others at sign-out (app.js). None on shared machines.

import { store } from "./store.js";

const KEPT = 30 * 24 * 3600 * 1000;
const pages = store("ban-nhap", "trang");

export const wipe = () => pages.clear();

export async function forgetDraft(draft) {
  for (const entry of await pages.all()) if (entry.draft === draft) await pages.drop(entry.id);
}

async function forgetOld() {
  for (const entry of await pages.all()) if (Date.now() - entry.at > KEPT) await pages.drop(entry.id);
}

async function fetchKey(url) {
  try {
    const answer = await fetch(url, { redirect: "manual", cache: "no-store" });
    if (!answer.ok) return null;
    const { key } = await answer.json();
    const bytes = Uint8Array.from(atob(key), (letter) => letter.charCodeAt(0));
    return await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
  } catch {
    return null; // offline, or no secure context: no copy then
  }
}

export class Copy {
  /** Each opening of a page (`tab`) has its own, so that none is written over before its person
   * has said what to do with it. */
  constructor(draft, part, keyUrl, tab) {
    this.page = `${draft}/${part}`;
    this.id = `${this.page}#${tab}`;
    this.draft = draft;
    this.key = fetchKey(keyUrl);
    this.last = Promise.resolve();
    forgetOld();
  }

  /** One write after the other: an older one must not end last. */
  then(act) {
    this.last = this.last.then(act, act);
    return this.last;
  }

  /** Whether `words` ({fields, base}) are in this browser now. */
  keep(words) {
    return this.then(async () => {
      const key = await this.key;
      if (!key) return false;
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const plain = new TextEncoder().encode(JSON.stringify(words));
      const name = new TextEncoder().encode(this.id);
      const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: name }, key, plain);
      const kept = await pages.put({ id: this.id, draft: this.draft, at: Date.now(), iv, data });
      return kept !== null;
    });
  }

  forget(id = this.id) {
    return this.then(() => pages.drop(id));
  }

  /** Of earlier openings, newest first: [{id, fields, base, at}]. */
  async left() {
    const key = await this.key;
    if (!key) return [];
    const all = await pages.all();
    const here = all.filter(({ id }) => id !== this.id && id.split("#")[0] === this.page);
    const found = await Promise.all(here.map((entry) => this.read(entry, key)));
    return found.filter(Boolean).sort((one, other) => other.at - one.at);
  }

  /** What this person's key does not open is nobody's any more. */
  async read({ id, iv, at, data }, key) {
    try {
      const how = { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(id) };
      const plain = await crypto.subtle.decrypt(how, key, data);
      return { ...JSON.parse(new TextDecoder().decode(plain)), id, at };
    } catch {
      await pages.drop(id);
      return null;
    }
  }
}
