import type { Digest, EventId, TicketId, UserId } from '@eventpass/domain'
import type { ColumnMeaning } from './match-columns.ts'

/** One invitee as a spreadsheet row asks for it; a party of n is n of these. */
export interface StagedGuest {
  /** Counts guests through the file, from 1. */
  readonly at: number
  readonly row: number
  /** Place within its party, from 1. */
  readonly partyPlace: number
  readonly partySize: number
  readonly name: string
  readonly fold: string
  readonly email: string | null
  /** True where the cell was damaged: what is stored stays. */
  readonly keepEmail: boolean
  readonly phone: string | null
  /** Digits of the phone; what is matched by. */
  readonly phoneKey: string
  readonly keepPhone: boolean
  readonly category: string | null
  readonly externalId: string | null
  readonly notice: string | null
}

/** Something about one row; an `error` keeps the whole file from being imported. */
export interface ImportProblem {
  readonly row: number
  /** Letter of the column, or null where it is about the row. */
  readonly column: string | null
  readonly severity: 'error' | 'warning'
  readonly message: string
}

/** What reading a file found, before it is compared with the event. */
export interface ImportFindings {
  readonly columns: readonly {
    readonly column: string
    readonly header: string
    readonly meaning: ColumnMeaning
  }[]
  /** Headers that mean nothing to an import. */
  readonly ignored: readonly string[]
  readonly rows: number
  readonly guests: number
  readonly errorCount: number
  readonly warningCount: number
  /** The first of them, errors before warnings where not all are told; in row order. */
  readonly problems: readonly ImportProblem[]
}

export interface StagedImport {
  readonly id: string
  readonly event: EventId
  readonly fileName: string
  readonly findings: ImportFindings
  /** Null while its rows are still being read. */
  readonly stagedMs: number | null
  readonly committedMs: number | null
}

/** Which fields the file has a column for: only these change stored invitees. */
export interface GivenFields {
  readonly email: boolean
  readonly phone: boolean
  readonly category: boolean
  readonly externalId: boolean
  readonly party: boolean
  readonly notice: boolean
}

export interface ImportChanges {
  readonly added: number
  readonly changed: number
  readonly unchanged: number
  /** Tickets of companions that a smaller party leaves out. */
  readonly cancelled: number
}

/** A repeat within the file: `row` says again what `firstRow` said. */
export interface RepeatedRow {
  readonly row: number
  readonly firstRow: number
}

/** What a commit works with; all of it concerns one staged import and its event. */
export interface ImportScope {
  readonly id: string
  readonly event: EventId
  readonly given: GivenFields
  /** Index of each category text of the file; -1 where the event has no such category yet. */
  readonly categoryIndexes: ReadonlyMap<string, number>
}

/** Uploads of one tenant, read and waiting, and how they become invitees, set by set. */
export interface ImportStore {
  readonly create: (staged: {
    readonly id: string
    readonly event: EventId
    readonly fileName: string
    readonly createdBy: UserId
    readonly createdMs: number
  }) => Promise<void>
  readonly addGuests: (id: string, guests: readonly StagedGuest[]) => Promise<void>
  /** Rows whose external id an earlier row has. */
  readonly findRepeatedIds: (id: string, limit: number) => Promise<readonly RepeatedRow[]>
  /** Takes out rows without an external id that repeat an earlier row's e-mail and name. */
  readonly dropRepeatedMails: (id: string) => Promise<readonly RepeatedRow[]>
  readonly finish: (id: string, findings: ImportFindings, stagedMs: number) => Promise<void>
  readonly find: (id: string) => Promise<StagedImport | null>
  readonly countGuests: (id: string) => Promise<number>
  /** Forgets an upload, or only its rows once it is committed. */
  readonly remove: (id: string) => Promise<void>
  readonly close: (id: string, committedMs: number) => Promise<void>
  /** Rows of uploads that nobody committed in time: people's data must not lie about. */
  readonly removeStale: (beforeMs: number) => Promise<void>
  readonly findCategories: (id: string, limit: number) => Promise<readonly string[]>
  /** IM8: finds the invitee that each staged guest is, anew. */
  readonly match: (scope: ImportScope) => Promise<void>
  readonly measure: (scope: ImportScope) => Promise<ImportChanges>
  /** Locks what `apply` will change, in id order. */
  readonly lockChanged: (scope: ImportScope) => Promise<void>
  readonly highestNo: (event: EventId) => Promise<number>
  /** Guests that are nobody yet, in order, behind `after`. */
  readonly findNew: (id: string, after: number, limit: number) => Promise<readonly number[]>
  readonly saveNew: (
    id: string,
    rows: readonly {
      readonly at: number
      readonly no: number
      readonly ticket: TicketId
      readonly digest: Digest
    }[],
  ) => Promise<void>
  /** Writes everything under the revision that was taken. */
  readonly apply: (
    scope: ImportScope,
    under: { readonly revision: number; readonly kid: number; readonly nowMs: number },
  ) => Promise<void>
}
