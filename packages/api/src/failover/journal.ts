import type { TenantId } from '@eventpass/domain'

/** Entries that a journal takes, waiting and parked ones together: hours of scanning at a large venue. */
const journalEntriesMax = 200_000
/** Bytes of work that it takes; a push of many scans is the largest. */
const journalBytesMax = 512 * 1_024 * 1_024
/** Facts that are kept to verify callers by while the database is away; the oldest give way. */
const journalFactsMax = 20_000

/** What is written down while the database is away. */
export interface NewJournalEntry {
  readonly tenant: TenantId
  /** Names the op among all of the journal: the same asked again finds its entry. */
  readonly key: string
  /** SHA-256 of what was asked, hex. */
  readonly askedHash: string
  readonly atMs: number
  /** JSON of a `JournaledWork`; the journal does not look into it. */
  readonly work: string
}

export interface JournalEntry extends NewJournalEntry {
  /** Its place: entries are replayed in this order. */
  readonly no: number
  /** Replays that failed for no fault of the database's. */
  readonly tries: number
}

/** How writing down ended; `reused`: another question stands under that key. */
export type Appended =
  | { readonly kind: 'journaled'; readonly atMs: number }
  | { readonly kind: 'reused' }
  | { readonly kind: 'full' }

export interface JournalFigures {
  /** Entries that wait to be replayed. */
  readonly waiting: number
  /** When the oldest of them was written; null for none. */
  readonly oldestMs: number | null
  /** Entries that failed again and again and wait for a person; a start of the node tries them anew. */
  readonly parked: number
  /** True where it takes nothing more. */
  readonly full: boolean
}

/** What a node keeps on a disk of its own while Postgres is away (CL4). One process uses it at a time. */
export interface Journal {
  /** Durable when it resolves. The same key and hash again finds what was written first. */
  readonly append: (entry: NewJournalEntry) => Promise<Appended>
  /** Waiting entries behind `afterNo`, in order. */
  readonly findWaiting: (afterNo: number, limit: number) => Promise<readonly JournalEntry[]>
  /** Takes entries out whose work is in the database, with one flush for all. */
  readonly remove: (nos: readonly number[]) => Promise<void>
  /** Counts a failed replay; with `parked` it is not replayed again until the journal is opened anew. */
  readonly noteFailure: (no: number, cause: string, parked: boolean) => Promise<void>
  readonly readFigures: () => Promise<JournalFigures>
  /** Keeps a fact under its name, in place of an older one. */
  readonly keepFact: (name: string, value: string, atMs: number) => Promise<void>
  readonly readFact: (name: string) => Promise<string | null>
  readonly close: () => Promise<void>
}

/** Limits of a journal; a test takes smaller ones. */
export interface JournalLimits {
  readonly entriesMax: number
  readonly bytesMax: number
  readonly factsMax: number
}

export const journalLimits: JournalLimits = {
  entriesMax: journalEntriesMax,
  bytesMax: journalBytesMax,
  factsMax: journalFactsMax,
}
