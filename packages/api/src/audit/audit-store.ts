import type { EventId } from '@eventpass/domain'

/** One audit row as stored (AU1): contents as salted hashes, never in clear. */
export interface AuditRow {
  readonly atMs: number
  /** "user:<id>", "device:<id>" or "system". */
  readonly who: string
  readonly action: string
  readonly event: EventId | null
  readonly subjectKind: string
  readonly subjectId: string
  /** 32 hex characters. */
  readonly salt: string
  /** 64 hex characters, or null. */
  readonly beforeHash: string | null
  readonly afterHash: string | null
  readonly requestId: string
}

/** Only grows; written in the transaction of the change that it tells of. */
export interface AuditStore {
  readonly append: (row: AuditRow) => Promise<void>
  /** Newest first. */
  readonly findRecent: (limit: number) => Promise<readonly AuditRow[]>
}
