// Files that are still being sent, kept in this browser so that a reload goes on with them.
// Each entry is gone as soon as its file is sent, cancelled or a day old, or when somebody else
// signs in here; app.js drops the whole store at sign-out. Nothing is kept on shared machines.

import { store } from "./store.js";

const KEPT = 24 * 3600 * 1000;
const files = store("giay-to-dang-gui", "tep");

/** entry: {id, who, draft, place, url, file, at} */
export const keep = (entry) => files.put({ ...entry, at: Date.now() });
export const forget = (id) => files.drop(id);
export const wipe = () => files.clear();

/** What this person was sending for this draft; what is old or somebody else's goes. */
export async function left(who, draft) {
  const all = await files.all();
  const fresh = (entry) => entry.who === who && Date.now() - entry.at < KEPT;
  await Promise.all(all.filter((entry) => !fresh(entry)).map((entry) => forget(entry.id)));
  return all.filter((entry) => fresh(entry) && entry.draft === draft);
}
