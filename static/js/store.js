// One table of IndexedDB, by promises. Browsers that keep none (some private windows) answer null
// to everything: whoever uses it goes on without.

export function store(name, table) {
  let opened;

  function open() {
    opened ??= new Promise((resolve) => {
      try {
        const request = indexedDB.open(name, 1);
        request.onupgradeneeded = () => request.result.createObjectStore(table, { keyPath: "id" });
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
        const request = act(database.transaction(table, mode).objectStore(table));
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => resolve(null);
      } catch {
        resolve(null);
      }
    });
  }

  return {
    put: (entry) => ask("readwrite", (rows) => rows.put(entry)),
    drop: (id) => ask("readwrite", (rows) => rows.delete(id)),
    all: async () => (await ask("readonly", (rows) => rows.getAll())) ?? [],
    clear: () => ask("readwrite", (rows) => rows.clear()),
  };
}
