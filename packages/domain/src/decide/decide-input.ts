import type { Digest, GateId, ListId, ScanId } from '../ids.ts'
import type { Ruling } from '../incident.ts'
import type { ManifestFrame, ManifestTicket } from '../manifest.ts'
import type { DeviceRole, ScanAct } from '../scan.ts'
import type { Interval } from '../time/order.ts'
import type { Reason, Tier } from '../verdict.ts'
import type { TokenFacts } from './token-facts.ts'

/** All that a decision rests on. Gate, hub and central fill it from their own stores (DC1). */
export interface DecideInput {
  readonly token: TokenFacts
  /** The row that the token's digest names, or null where it names none. */
  readonly ticket: ManifestTicket | null
  /** Every use of this invitee, or of this digest where there is no row, on any list, in any order. */
  readonly uses: readonly KnownUse[]
  /** As it came in the manifest. What cannot be read of it refuses (DC4). */
  readonly frame: ManifestFrame
  /** The list that is checked and the gate where the device stands. */
  readonly list: ListId
  readonly gate: GateId
  readonly role: DeviceRole
  readonly act: 'entry' | 'exit'
  readonly force: Force | null
  /** What was said to the list's question (DC8), or null. */
  readonly answer: string | null
  readonly answering: Answering | null
  /** A companion's admit that may speak for a row picked from its party (DC11), or null. */
  readonly voucher: Voucher | null
  /** DC9: a tap said that this is a second person, on a `many` list. */
  readonly secondPerson: boolean
  /** The last admit of this code on this list at this gate, or null. */
  readonly justHere: JustHere | null
  /** The present by trusted time (TM10), or null where nothing is known of it. */
  readonly now: Interval | null
  /** Who decides: the store that these facts came from. */
  readonly tier: Exclude<Tier, 'signature'>
  /** Ms since the replica was last known to be current, or null where that is not known. */
  readonly replicaAgeMs: number | null
  readonly revision: number
  /**
   * How many of a list's gift are left, where this store counts them; null is unlimited. A gate
   * does not know: what it hands out beyond the stock is an incident (GF2).
   */
  readonly giftsLeft?: number | null | undefined
}

/** An entry, exit or void that was granted, here or elsewhere; refusals and attentions are no uses. */
export interface KnownUse {
  readonly scan: ScanId
  readonly list: ListId
  readonly gate: GateId
  readonly act: ScanAct
  readonly forced: boolean
  /** The scan that a `void` undoes. */
  readonly target: ScanId | null
  /** Estimated true time, ms since 1970. */
  readonly atMs: number
  readonly ruling: Ruling | null
}

/** A supervisor's insistence (DC7), or a supervisor's PIN for what only a supervisor may confirm. */
export interface Force {
  /** Whether a supervisor's PIN was given and was right. */
  readonly pinOk: boolean
  /** The reason. Blank forces nothing. */
  readonly note: string
}

/** A person's choice about an `attention` scan (DC1); see `answeringOf`. */
export interface Answering {
  /** The attention that is answered; the new scan names it. */
  readonly scan: ScanId
  readonly digest: Digest | null
  readonly list: ListId
  readonly act: ScanAct
  /** What the person was shown and said yes to; nothing else is waved through. */
  readonly confirmed: readonly Reason[]
}

export interface JustHere {
  readonly use: KnownUse
  /** Ms that went by since, by the monotonic clock where it is the device's own scan. */
  readonly agoMs: number
}

/** The admit of a companion whose code was in hand, and what it speaks for (DC11). */
export interface Voucher {
  readonly scan: ScanId
  readonly party: number
  readonly list: ListId
}
