import type { Client } from '@libsql/core/api'

/**
 * Where database files and unfinished downloads live: a folder of the machine, or OPFS.
 *
 * Names are `[a-z]+-[a-z0-9-]+` (`ledger-1`, `manifest-42`); what SQLite lays beside a database
 * (WAL, journal) belongs to it and is never listed.
 */
export interface Disk {
  readonly listDatabases: () => Promise<readonly string[]>
  /** Opens a database, made empty where it is missing: serial and prepared (RP5). */
  readonly openDatabase: (name: string) => Promise<Client>
  /** Writes a new database file of these bytes; refuses a name that exists (RP1). */
  readonly writeDatabase: (name: string, chunks: AsyncIterable<Uint8Array>) => Promise<void>
  /** Unlinks a closed database with all that SQLite laid beside it; a missing one is no error. */
  readonly removeDatabase: (name: string) => Promise<void>
  /** Moves a closed database out of the way for rescue (RP7); returns where it lies now. */
  readonly keepAside: (name: string) => Promise<string>
  /** What lies there for rescue, by the name that it had. */
  readonly listAside: () => Promise<readonly { readonly name: string; readonly keptAs: string }[]>
  readonly listParts: () => Promise<readonly string[]>
  readonly openPart: (name: string) => Promise<Part>
  readonly removePart: (name: string) => Promise<void>
}

/** Bytes of a download as far as it came; they outlive the process. */
export interface Part {
  readonly size: () => number
  readonly append: (chunk: Uint8Array) => Promise<void>
  readonly truncate: () => Promise<void>
  /** The bytes from the start. */
  readonly read: () => ReadableStream<Uint8Array<ArrayBuffer>>
  readonly sha256: () => Promise<string>
  readonly close: () => Promise<void>
}

/** Throws on names that could leave their folder. */
export function assertName(name: string): void {
  if (!/^[a-z]+-[a-z0-9-]{1,60}$/.test(name)) {
    throw new Error(`"${name}" is no name for a database file: use letters, digits and dashes.`)
  }
}

/** Names of the databases among rescued files: `ledger-1-2.sqlite` is the second of `ledger-1`. */
export function asideIn(
  folder: string,
  files: readonly string[],
): readonly { readonly name: string; readonly keptAs: string }[] {
  return files.flatMap((file) => {
    const name = /^([a-z]+-[0-9]+)(-[0-9]+)?[.]sqlite$/.exec(file)?.[1]
    return name === undefined ? [] : [{ name, keptAs: `${folder}/${file}` }]
  })
}
