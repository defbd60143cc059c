import type {
  Contact,
  DeviceId,
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
  /** Null for an own admit of a genuine code that was on no list yet (scenario 30). */
  readonly invitee: InviteeNo | null
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
  /**
   * People inside by the summary alone: for every invitee its unvoided entries minus exits on
   * this list, never below zero, summed (EN5). Counts once per change of file, not per scan.
   */
  readonly countInside: (list: ListId) => Promise<number>
  /**
   * One transaction; refuses (throws) where the file is not at `delta.from`. Where somebody in it was
   * erased, no byte of the file tells what their row and any other of the delta said before (GD1).
   * Throws a `WriteRefusedError` where the disk takes no more; the rows are then as they were.
   */
  readonly apply: (delta: ManifestDelta) => Promise<void>
  /** Sum mod 2^128 of SHA-256 over each row's canonical form, hex (SY4). */
  readonly checksum: () => Promise<string>
  readonly close: () => Promise<void>
}

/** One link of the own chain with what the ledger keeps beside it. */
export interface OwnScan extends NewScan {
  readonly hash: ScanHash
}

/**
 * A link as it is committed. Its hash follows from `prev` and `bytes`, so that the ledger makes it
 * behind the commit: nobody at the gate waits for it.
 */
export interface NewScan {
  readonly body: ScanBody
  /** UTF-8 JSON exactly as hashed. */
  readonly bytes: string
  readonly prev: ScanHash
  readonly texts: ScanTexts
  readonly invitee: InviteeNo | null
  /** Name shown, for the history on this device; null where none was known. */
  readonly name: string | null
  /** The gate's estimate of central's time when it was made. */
  readonly atMs: number
}

/** An own scan beside which a name or a text is kept, with its code; a void has its target’s. */
export interface NamedScan {
  readonly seq: number
  readonly digest: Digest
  readonly name: string | null
}

/** How the person behind a code is called from now on; null where they were erased. */
export interface Renaming {
  readonly digest: Digest
  readonly name: string | null
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

/** The gate's ledger file: chain, queue, heard scans, contacts and device state. Its scans are never rewritten. */
export interface LedgerStore {
  readonly head: () => Promise<{ readonly seq: number; readonly hash: ScanHash }>
  /** Bumps and returns the durable epoch; called once at every start of the worker (TM). */
  readonly startEpoch: () => Promise<number>
  /** Durable when it resolves (SY1). Throws where it does not follow the head. */
  readonly commitScan: (scan: NewScan) => Promise<void>
  /**
   * Own and heard uses: admits, exits and voids; refused and attention scans are none.
   * A scan that is own *and* heard back is one use: `own`, with central's ruling, time and invitee.
   */
  readonly findUses: (invitee: InviteeNo) => Promise<readonly StoredUse[]>
  /** Own uses of a code whose invitee is still unknown, and the voids that target them; null: of all such codes. */
  readonly findUnlistedUses: (digest: Digest | null) => Promise<readonly StoredUse[]>
  /** Invitee numbers above `after` that have a use here, ascending. */
  readonly findInvitees: (after: number, limit: number) => Promise<readonly InviteeNo[]>
  readonly getScan: (id: ScanId) => Promise<OwnScan | null>
  /** Scans without a receipt, in chain order. */
  readonly findPending: (limit: number) => Promise<readonly OwnScan[]>
  readonly countPending: () => Promise<number>
  /**
   * Takes scans up to `throughSeq` off pending where `hash` is that link's hash; false otherwise.
   * The raw codes beside the scans that it covers are forgotten: central has them now.
   */
  readonly applyReceipt: (receipt: {
    readonly throughSeq: number
    readonly hash: ScanHash
    readonly incarnation: string
  }) => Promise<boolean>
  /** Own scans above `seq` of some code, beside which a name or a text is kept, in chain order. */
  readonly findNamed: (seq: number, limit: number) => Promise<readonly NamedScan[]>
  /**
   * Writes these names beside the own scans of these codes, and beside their voids. Of who was erased
   * the texts go too, and no byte of the file tells what was there (GD1); bytes and hashes stay.
   */
  readonly rename: (renamings: readonly Renaming[]) => Promise<void>
  /** Marks scans above `seq` pending again: central lives another life. */
  readonly pendAgain: (seq: number) => Promise<void>
  /**
   * One transaction: heard scans, changed rulings, and the marks they bring. Repeats change
   * nothing. A ruling is kept by scan id also where that scan is in the manifest's summary alone.
   * The vector keeps the higher `seq` of each (deviceNo, branch), the mark the higher revision.
   */
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
  /** Rulings known by scan id, for uses that the manifest's summary brought. */
  readonly findRulings: (
    ids: readonly ScanId[],
  ) => Promise<readonly { readonly id: ScanId; readonly ruling: Ruling; readonly atMs: number }[]>
  readonly scansMark: () => Promise<{
    readonly vector: readonly VectorEntry[]
    readonly rulingsRevision: number
  }>
  /**
   * Forgets how far was heard, and nothing that was heard: another life of central may give the
   * numbers of lost devices and rulings to others, so all of it is told again.
   */
  readonly forgetMarks: () => Promise<void>
  /**
   * Makes another manifest file current in one transaction: writes `facts`, forgets the heard scans
   * that its summary covers (seq ≤ its vector's entry) and every ruling (the summary's are
   * newer, later ones come again), and takes over its vector and its `rulingsRevision`, also where
   * they are lower: what the former summary told is gone with its file, and what central told in an
   * earlier life of its database may be another scan today. Scans beyond it stay and are told again.
   */
  readonly adoptManifest: (adopted: {
    readonly facts: LedgerFacts
    readonly vector: readonly VectorEntry[]
    readonly rulingsRevision: number
  }) => Promise<void>
  readonly saveContact: (contact: Contact) => Promise<void>
  readonly lastContact: () => Promise<Contact | null>
  readonly readFacts: () => Promise<LedgerFacts>
  /** One transaction; a null value deletes. */
  readonly writeFacts: (facts: LedgerFacts) => Promise<void>
  readonly findHistory: (limit: number) => Promise<readonly HistoryRow[]>
  readonly close: () => Promise<void>
}

/** A damaged ledger that lies aside for rescue. Its name and its keys stay its own. */
export interface AsideLedger {
  readonly name: string
  /** Where its bytes lie, for a person. */
  readonly keptAs: string
}

/**
 * The ledger files of this installation. One device is one file, named `ledger-<n>`: pairing
 * anew opens the next one and leaves the old with its queue.
 */
export interface LedgerFiles {
  /** Names that exist, in any order. */
  readonly list: () => Promise<readonly string[]>
  /** Damaged ledgers, for as long as their files lie aside; `list` has none of them. */
  readonly aside: () => Promise<readonly AsideLedger[]>
  /** Opens the file, made empty where it is missing. */
  readonly open: (name: string) => Promise<LedgerStore>
}

/** The manifest files of this installation. A name is used once: never imported over (stale pages). */
export interface SnapshotFiles {
  /** Names of finished manifests and of downloads, in any order. */
  readonly list: () => Promise<readonly string[]>
  /**
   * Opens (or goes on with) the download of a snapshot's gzip bytes for this name. A half-made
   * manifest that a killed `finish` left under it is removed; a whole one is a `NameUsedError`. It and the
   * download throw a `WriteRefusedError` where the disk takes no more.
   */
  readonly begin: (name: string, gzipBytes: number) => Promise<SnapshotDownload>
  /** Opens a finished manifest; null where it is missing, fails `quick_check` or has another format. */
  readonly open: (name: string) => Promise<ManifestStore | null>
  /** Unlinks a closed manifest and its download; a missing name is no error. */
  readonly remove: (name: string) => Promise<void>
}

/** Gzip bytes of one snapshot as they arrive, kept durably beside the manifests (SY4). */
export interface SnapshotDownload {
  /** Bytes that an earlier try left; the next `write` goes on behind them. */
  readonly keptBytes: number
  readonly write: (chunk: Uint8Array) => Promise<void>
  /** SHA-256 over all bytes written, lower-case hex. The engine compares, not the adapter. */
  readonly sha256: () => Promise<string>
  /**
   * Unpacks into the manifest file, checks its size and `quick_check`, opens it and removes the
   * download. Null where the bytes are no such file; then nothing but the download is left.
   */
  readonly finish: (bytes: number) => Promise<ManifestStore | null>
  /** Closes the download and keeps its bytes for the next try. */
  readonly pause: () => Promise<void>
}

/** An event key as a gate holds it: non-extractable and verify-only; null for a retired kid. */
export interface HeldKey {
  readonly kid: number
  readonly retired: boolean
  readonly key: CryptoKey | null
}

/** The keys of one device. Every private key and every event key is non-extractable. */
export interface KeyRing {
  readonly sign: CryptoKeyPair
  /** Null once the device was revoked: nothing can be unwrapped any more (DV3). */
  readonly wrap: CryptoKeyPair | null
  readonly eventKeys: readonly HeldKey[]
  /** A pairing that waits for a person, so that a restart goes on asking; null afterwards. */
  readonly pairing: {
    readonly device: DeviceId
    readonly poll: string
    readonly words: readonly string[]
    readonly expiresAtWallMs: number
  } | null
}

/** Where CryptoKeys live (IndexedDB by structured clone), by the name of their ledger. */
export interface KeyStore {
  readonly read: (name: string) => Promise<KeyRing | null>
  /** Durable when it resolves; replaces what was there. */
  readonly write: (name: string, ring: KeyRing) => Promise<void>
  readonly erase: (name: string) => Promise<void>
}
