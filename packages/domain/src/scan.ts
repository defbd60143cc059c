import type {
  DeviceId,
  DeviceNo,
  Digest,
  EventId,
  GateId,
  InviteeNo,
  ListId,
  ScanHash,
  ScanId,
} from './ids.ts'
import type { Reason, Tier, VerdictKind } from './verdict.ts'

export type DeviceRole = 'steward' | 'supervisor' | 'kiosk'

/** How the code came in. `search` picked a row, by name or from the party of a code in hand, not a token. */
export type ScanInput = 'camera' | 'wedge' | 'typed' | 'search'

/** What was attempted: coming in, going out, or undoing an earlier scan. */
export type ScanAct = 'entry' | 'exit' | 'void'

/**
 * What a device writes once, as UTF-8 JSON, and chains; nobody re-serialises it.
 *
 * Nothing personal is inside: free text enters as a salted hash (hex SHA-256 of
 * 16 B salt ‖ UTF-8 text) and lies beside it, where erasure deletes it.
 */
export interface ScanBody {
  readonly v: 1
  readonly id: ScanId
  readonly event: EventId
  readonly device: DeviceId
  /** 1, 2, 3 … without gaps. */
  readonly seq: number
  /** Durable counter bumped at every start of the worker. */
  readonly epoch: number
  /** Whole milliseconds of the worker's monotonic clock in this epoch. */
  readonly monoMs: number
  /** Whole milliseconds since 1970 by the device's own clock, which may lie. */
  readonly wallMs: number
  readonly list: ListId
  readonly gate: GateId
  readonly act: ScanAct
  readonly input: ScanInput
  readonly role: DeviceRole
  /** Null where the text was no token, and for a `void`. */
  readonly digest: Digest | null
  readonly verdict: VerdictKind
  readonly reason: Reason | null
  readonly tier: Tier
  /** Stored only where force was needed (DC7). */
  readonly forced: boolean
  readonly forceSent: boolean
  /** The `attention` scan that this one answers (DC1), or the admit of a companion who vouches for it (DC11). */
  readonly answers: ScanId | null
  /** The scan that a `void` undoes (LG6). */
  readonly target: ScanId | null
  /** Manifest revision that decided. */
  readonly revision: number
  readonly textHashes: {
    readonly code: string | null
    readonly answer: string | null
    readonly note: string | null
  }
}

/** A text with the 16 B salt (hex) that its hash in the body was made with. */
export interface SaltedText {
  readonly salt: string
  readonly text: string
}

/** What lies beside a scan: raw code (only where allowed), answer to a question, reason of a person. */
export interface ScanTexts {
  readonly code: SaltedText | null
  readonly answer: SaltedText | null
  readonly note: SaltedText | null
}

/** Beside a scan of which nothing is kept. */
export const noTexts: ScanTexts = { code: null, answer: null, note: null }

/**
 * A scan as decide and reconcile see it: the body plus what the store knows of it.
 *
 * `invitee` is resolved from the digest by whoever stores the scan; null where no row is known.
 */
export interface Scan {
  readonly body: ScanBody
  readonly deviceNo: DeviceNo
  readonly hash: ScanHash
  readonly invitee: InviteeNo | null
  /**
   * Facts of the chain that make the scan count last (TM4, TM8): null for none.
   * Set by the store, as a function of the chain alone, never of arrival.
   */
  readonly quarantine: Quarantine | null
}

/** `clock`: monotonic time runs backwards within an epoch of the chain. */
export type Quarantine = 'clock' | 'after_retirement' | 'after_fork' | 'invalid'

/**
 * A time exchange between a device and a trusted node (TM).
 *
 * The node sent its challenge at `tiMs` (rounded down) and had the signed reply
 * at `trMs` (rounded up), both in central's time; the device's clocks and head
 * are what it signed in between.
 */
export interface Contact {
  readonly device: DeviceId
  readonly node: string
  readonly epoch: number
  readonly headSeq: number
  readonly headHash: ScanHash
  readonly monoMs: number
  readonly wallMs: number
  readonly tiMs: number
  readonly trMs: number
}
