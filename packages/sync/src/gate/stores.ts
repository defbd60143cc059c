import type {
  Contact,
  Digest,
  EventId,
  GateId,
  InviteeNo,
  ListId,
  ManifestFrame,
  ManifestTicket,
  Reason,
  Ruling,
  ScanAct,
  ScanBody,
  ScanHash,
  ScanId,
  ScanTexts,
  VerdictKind,
} from '@eventpass/domain'
import type { HeardScan, ManifestDelta, VectorEntry } from '../wire/pull.ts'

/** A use of an invitee's right that counts when deciding: own or heard. */
export interface StoredUse {
  readonly scan: ScanId
  readonly invitee: InviteeNo
  readonly list: ListId
  readonly gate: GateId
  readonly act: ScanAct
  readonly forced: boolean
  readonly target: ScanId | null
  /** Ms since 1970 by central's time: central's estimate, or the gate's own for its own scans. */
  readonly atMs: number
  readonly own: boolean
  readonly ruling: Ruling | null
}

/** One opened manifest file: what central's snapshot brought, with deltas applied. */
export interface ManifestStore {
  readonly info: () => Promise<{
    readonly event: EventId
    readonly revision: number
    readonly frame: ManifestFrame
  }>
  readonly findTicket: (digest: Digest) => Promise<ManifestTicket | null>
  /** The current (not reprinted) ticket row of an invitee, for search results and parties. */
  readonly searchTickets: (
    likePatterns: readonly string[],
    limit: number,
  ) => Promise<readonly ManifestTicket[]>
  readonly findParty: (party: number) => Promise<readonly ManifestTicket[]>
  /** Scan summary that came with the snapshot. */
  readonly findUses: (invitee: InviteeNo) => Promise<readonly StoredUse[]>
  /** Vector and rulings watermark of that summary. */
  readonly scansMark: () => Promise<{
    readonly vector: readonly VectorEntry[]
    readonly rulingsRevision: number
  }>
  /** One transaction; refuses (throws) where the file is not at `delta.from`. */
  readonly apply: (delta: ManifestDelta) => Promise<void>
  /** Sum mod 2^128 of SHA-256 over each row's canonical form, hex (SY4). */
  readonly checksum: () => Promise<string>
  readonly close: () => Promise<void>
}

/** One link of the own chain with what the ledger keeps beside it. */
export interface OwnScan {
  readonly body: ScanBody
  /** UTF-8 JSON exactly as hashed. */
  readonly bytes: string
  readonly prev: ScanHash
  readonly hash: ScanHash
  readonly texts: ScanTexts
  readonly invitee: InviteeNo | null
  /** Name shown, for the history on this device; null where none was known. */
  readonly name: string | null
  /** The gate's estimate of central's time when it was made. */
  readonly atMs: number
}

export interface HistoryRow {
  readonly id: ScanId
  readonly seq: number
  readonly atMs: number
  readonly name: string | null
  readonly act: ScanAct
  readonly verdict: VerdictKind
  readonly reason: Reason | null
  readonly forced: boolean
  readonly pending: boolean
  readonly voided: boolean
}

/** Small durable facts of a device, JSON values by name; written in the same file as scans. */
export type LedgerFacts = Readonly<Record<string, unknown>>

/** The gate's ledger file: chain, queue, heard scans, contacts and device state. Never migrates. */
export interface LedgerStore {
  readonly head: () => Promise<{ readonly seq: number; readonly hash: ScanHash }>
  /** Bumps and returns the durable epoch; called once at every start of the worker (TM). */
  readonly startEpoch: () => Promise<number>
  /** Durable when it resolves (SY1). Throws where it does not follow the head. */
  readonly commitScan: (scan: OwnScan) => Promise<void>
  readonly findUses: (invitee: InviteeNo) => Promise<readonly StoredUse[]>
  readonly getScan: (id: ScanId) => Promise<OwnScan | null>
  /** Scans without a receipt, in chain order. */
  readonly findPending: (limit: number) => Promise<readonly OwnScan[]>
  readonly countPending: () => Promise<number>
  /** Takes scans up to `throughSeq` off pending where `hash` is that link's hash; false otherwise. */
  readonly applyReceipt: (receipt: {
    readonly throughSeq: number
    readonly hash: ScanHash
    readonly incarnation: string
  }) => Promise<boolean>
  /** Marks scans above `seq` pending again: central lives another life. */
  readonly pendAgain: (seq: number) => Promise<void>
  /** One transaction: heard scans, changed rulings, and the marks they bring. */
  readonly saveHeard: (heard: {
    readonly scans: readonly HeardScan[]
    readonly rulings: readonly {
      readonly id: ScanId
      readonly ruling: Ruling
      readonly atMs: number
    }[]
    readonly vector: readonly VectorEntry[]
    readonly rulingsRevision: number
  }) => Promise<void>
  readonly scansMark: () => Promise<{
    readonly vector: readonly VectorEntry[]
    readonly rulingsRevision: number
  }>
  readonly saveContact: (contact: Contact) => Promise<void>
  readonly lastContact: () => Promise<Contact | null>
  readonly readFacts: () => Promise<LedgerFacts>
  /** One transaction; a null value deletes. */
  readonly writeFacts: (facts: LedgerFacts) => Promise<void>
  readonly findHistory: (limit: number) => Promise<readonly HistoryRow[]>
  readonly close: () => Promise<void>
}
