/** IndexedDB as promises: one request, one transaction that reads, one that writes. */

/** The answer to a request. */
export function answer(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Lets `use(...stores)` read; resolves to what it gives. */
export function reading(database, names, use) {
  const transaction = database.transaction(names, "readonly");
  return use(...names.map((name) => transaction.objectStore(name)));
}

/** Lets `use(...stores)` write, all or nothing; resolves to what it gives once it is kept as durably as asked. */
export async function writing(database, names, use, durability = "strict") {
  const transaction = database.transaction(names, "readwrite", { durability });
  const end = finished(transaction);
  const work = async () => use(...names.map((name) => transaction.objectStore(name)));
  const value = await work().catch((error) => giveUp(transaction, end, error));
  transaction.commit?.(); // else it is written only when every answer is back here
  await end;
  return value;
}

function finished(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error("the store refused to write"));
  });
}

async function giveUp(transaction, end, error) {
  if (error?.name !== "AbortError") transaction.abort();
  await end.catch(() => {});
  throw error;
}
