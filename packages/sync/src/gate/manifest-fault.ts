import type { ManifestStore } from './stores.ts'

/** A manifest file that cannot be read or written. It is replaceable: drop it and fetch another. */
export class ManifestFault extends Error {
  readonly manifestName: string
  constructor(manifestName: string, cause: unknown) {
    super('The list on this tablet cannot be read.', { cause })
    this.manifestName = manifestName
  }
}

/** The disk took a change no more, as when it is full; the file is as it was before. */
export class WriteRefusedError extends Error {
  constructor(cause: unknown) {
    super('The storage of this tablet took no more.', { cause })
  }
}

/** A whole file lies under the name already, so no other may ever be written there. */
export class NameUsedError extends Error {
  constructor(name: string) {
    super(`A manifest name is used once, and ${name} was.`)
  }
}

/** The same store, whose failures are told apart from those of the ledger. */
export function guardManifest(name: string, store: ManifestStore): ManifestStore {
  const guard = <Args extends readonly unknown[], T>(read: (...args: Args) => Promise<T>) => {
    return async (...args: Args): Promise<T> => {
      try {
        return await read(...args)
      } catch (cause) {
        // It says nothing against the list, and without room there would be no other one.
        if (cause instanceof WriteRefusedError) throw cause
        throw new ManifestFault(name, cause)
      }
    }
  }
  return {
    info: guard(store.info),
    findTicket: guard(store.findTicket),
    searchTickets: guard(store.searchTickets),
    findParty: guard(store.findParty),
    findUses: guard(store.findUses),
    scansMark: guard(store.scansMark),
    countInside: guard(store.countInside),
    apply: guard(store.apply),
    checksum: guard(store.checksum),
    close: store.close,
  }
}
