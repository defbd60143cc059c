import type { GateId, InviteeNo, ScanId } from './ids.ts'

export type VerdictKind = 'admit' | 'refuse' | 'attention'

/** Who decided: an upstream claim (hub, central), the gate's replica, or the signature alone. */
export type Tier = 'hub' | 'central' | 'replica' | 'signature'

/**
 * Why a verdict is not a plain admit, in the order in which it is looked for.
 *
 * `by_name`: no code was seen, the row was picked in a search. `not_undoable`: a `void` that was
 * refused (LG6).
 */
export type Reason =
  | 'unreadable'
  | 'other_event'
  | 'not_ours'
  | 'sync_needed'
  | 'retired_key'
  | 'bad_signature'
  | 'unlisted'
  | 'by_name'
  | 'revoked'
  | 'reprinted'
  | 'blocked'
  | 'cancelled'
  | 'unpaid'
  | 'wrong_list'
  | 'outside_window'
  | 'clock_unsure'
  | 'rules'
  | 'used'
  | 'question'
  | 'old_list'
  | 'wiped'
  | 'not_undoable'

/** An earlier use that explains a refusal: where and when, as this store knows it. */
export interface EarlierUse {
  readonly scan: ScanId
  readonly gate: GateId
  readonly atMs: number
}

/**
 * What the gate shows. A refusal is a value, not a failure.
 *
 * `just_admitted` is the notice of DC9: nothing is recorded for it.
 */
export interface Verdict {
  readonly kind: VerdictKind | 'just_admitted'
  /**
   * On an admit: null for a plain one, else what force rescued it from, what a person confirmed,
   * or `by_name`.
   */
  readonly reason: Reason | null
  readonly tier: Tier
  readonly invitee: InviteeNo | null
  /** True where a supervisor's force turned a refusal into this admit (DC7). */
  readonly forced: boolean
  readonly earlier: EarlierUse | null
  /** The closest failing list rule, in words for staff (DC4), or null. */
  readonly explanation: string | null
  /** When the reprint, revocation or window edge that decided happened, ms since 1970, or null. */
  readonly whenMs: number | null
  /** Text of a required question that must be answered first (DC8), or null. */
  readonly question: string | null
  /** Age of the replica in ms and its revision, shown with every verdict (DC10). */
  readonly replicaAgeMs: number | null
  readonly revision: number
  /** Attention text of the invitee's row for staff, or null. */
  readonly notice: string | null
}
