import type { KeyRing, KeyStore } from '@eventpass/sync'

const database = 'eventpass-keys'
const table = 'rings'

/**
 * Keeps CryptoKeys in IndexedDB, which stores them without ever showing their bytes to script.
 *
 * A write has reached the disk when it resolves (`durability: strict`): a device without its
 * signing key could never send what it recorded.
 */
export async function openKeyStore(): Promise<KeyStore> {
  const db = await openDatabase()
  const run = <Value>(
    mode: IDBTransactionMode,
    work: (rings: IDBObjectStore) => IDBRequest<Value>,
  ): Promise<Value> =>
    new Promise((resolve, reject) => {
      const transaction = db.transaction(table, mode, { durability: 'strict' })
      const request = work(transaction.objectStore(table))
      transaction.oncomplete = () => resolve(request.result)
      transaction.onabort = () => reject(transaction.error ?? new Error('The keys were not kept.'))
    })
  return {
    read: async (name) =>
      (await run<KeyRing | undefined>('readonly', (rings) => rings.get(name))) ?? null,
    write: async (name, ring) => {
      await run('readwrite', (rings) => rings.put(ring, name))
    },
    erase: async (name) => {
      await run('readwrite', (rings) => rings.delete(name))
    },
  }
}

function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(database, 1)
    request.onupgradeneeded = () => request.result.createObjectStore(table)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('The keys could not be opened.'))
  })
}
