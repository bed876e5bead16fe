// Files that are still being sent, kept in this browser so that a reload goes on with them.
// Each entry is gone as soon as its file is sent, cancelled or a day old, or when somebody else
// signs in here; app.js drops the whole store at sign-out.

export const STORE = "giay-to-dang-gui";
const TABLE = "tep";
const KEPT = 24 * 3600 * 1000;

let opened;
/** The database, or null where the browser keeps none (private windows of some). */
function open() {
  opened ??= new Promise((resolve) => {
    try {
      const request = indexedDB.open(STORE, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(TABLE, { keyPath: "id" });
      request.onsuccess = () => {
        // Another page wants to drop the store: sign-out must not wait for us.
        request.result.onversionchange = () => request.result.close();
        resolve(request.result);
      };
      request.onerror = request.onblocked = () => resolve(null);
    } catch {
      resolve(null);
    }
  });
  return opened;
}

async function ask(mode, act) {
  const database = await open();
  if (!database) return null;
  return new Promise((resolve) => {
    try {
      const request = act(database.transaction(TABLE, mode).objectStore(TABLE));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => resolve(null);
    } catch {
      resolve(null);
    }
  });
}

/** entry: {id, who, draft, place, url, file, at} */
export const keep = (entry) => ask("readwrite", (table) => table.put({ ...entry, at: Date.now() }));
export const forget = (id) => ask("readwrite", (table) => table.delete(id));

/** What this person was sending for this draft; what is old or somebody else's goes. */
export async function left(who, draft) {
  const all = (await ask("readonly", (table) => table.getAll())) ?? [];
  const fresh = (entry) => entry.who === who && Date.now() - entry.at < KEPT;
  await Promise.all(all.filter((entry) => !fresh(entry)).map((entry) => forget(entry.id)));
  return all.filter((entry) => fresh(entry) && entry.draft === draft);
}
