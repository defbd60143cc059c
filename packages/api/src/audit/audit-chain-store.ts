import type { TenantId } from '@eventpass/domain'
import type { Signed } from '@eventpass/sync'
import type { AuditRow } from './audit-store.ts'

/** An audit row with the number of its row, which is not its place in the chain. */
export interface StoredAuditRow extends AuditRow {
  readonly id: number
}

/** A row in its place: `chain` covers it and every row before it. */
interface ChainedAuditRow extends StoredAuditRow {
  readonly seq: number
  /** 64 hex characters. */
  readonly chain: string
}

export interface AuditHead {
  /** 0 before the first row. */
  readonly seq: number
  readonly chain: string
}

/** The chain over one tenant's audit rows. */
export interface AuditChainStore {
  /** False where another sequencer is at this tenant's chain; else it is ours until the end. */
  readonly lock: () => Promise<boolean>
  readonly findHead: () => Promise<AuditHead | null>
  /** Committed rows without a place, oldest first. */
  readonly findUnchained: (limit: number) => Promise<readonly StoredAuditRow[]>
  readonly saveChain: (
    rows: readonly { readonly id: number; readonly seq: number; readonly chain: string }[],
  ) => Promise<void>
  readonly findChained: (afterSeq: number, limit: number) => Promise<readonly ChainedAuditRow[]>
  /** Signed heads, kept beside the rows that they speak of. */
  readonly addHead: (seq: number, head: Signed) => Promise<void>
  readonly findHeads: (
    afterSeq: number,
    limit: number,
  ) => Promise<readonly { readonly seq: number; readonly head: Signed }[]>
}

/**
 * What an operator noted after a restore from backup: the log went on behind row `afterSeq`, and
 * heads of later rows that were signed until then speak of rows that are gone.
 */
export interface RestoreNote {
  /** The life of the database that began then; the log has a row that names it. */
  readonly incarnation: string
  readonly afterSeq: number
  readonly atMs: number
}

export type KeptEntry =
  | { readonly kind: 'head'; readonly head: Signed }
  | ({ readonly kind: 'restored' } & RestoreNote)

/** The same heads once more, where whoever may write the database cannot reach. */
export interface HeadKeeper {
  readonly append: (tenant: TenantId, head: Signed) => Promise<void>
  readonly noteRestore: (tenant: TenantId, note: RestoreNote) => Promise<void>
  /** In the order in which they were written. */
  readonly read: (tenant: TenantId) => Promise<readonly KeptEntry[]>
}

export interface AuditChainDeps {
  readonly auditHeads: HeadKeeper
}

/** What the sequencer asks before it knows a tenant. */
export interface UnchainedAuditDep {
  readonly unchainedAudit: {
    /** Tenants with rows that have no place yet, in id order behind `after`. */
    readonly findTenants: (after: TenantId | null, limit: number) => Promise<readonly TenantId[]>
  }
}
