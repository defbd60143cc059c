import type {
  DeviceId,
  DeviceNo,
  Digest,
  EventId,
  InviteeNo,
  Quarantine,
  ScanBody,
  ScanHash,
  ScanTexts,
} from '@eventpass/domain'
import type { DirtyKey, RaiseIncident } from '../reconcile/reconcile-store.ts'

/** What a push needs to know of its device; the row stays locked until the transaction ends. */
export interface PushingDevice {
  readonly event: EventId
  readonly deviceNo: DeviceNo
  readonly state: 'active' | 'revoked' | 'retired' | 'pair_anew'
  /** Raw P-256 point, 65 bytes, base64url. */
  readonly signKey: string
  /** Head of the gap-free prefix that receipts name; zero hash at 0. */
  readonly throughSeq: number
  readonly throughHash: ScanHash
  /** Last scan that counts in full once the device is retired or revoked (TM8), or null. */
  readonly retiredHeadSeq: number | null
  /** Lowest number at which two branches are known, or null. */
  readonly forkSeq: number | null
}

/** Where a chain, or a branch of it, ends. */
export interface ChainHead {
  readonly seq: number
  readonly hash: ScanHash
}

/** A stored link as the next one of its chain needs it. */
export interface StoredLink {
  readonly seq: number
  readonly epoch: number
  readonly monoMs: number
  /** True where every link before it is here too. */
  readonly connected: boolean
}

export interface NewScan {
  readonly seq: number
  readonly hash: ScanHash
  readonly prev: ScanHash
  readonly bytes: string
  readonly texts: ScanTexts
  /** Null where the bytes could not be read: kept, quarantined, counted (SY3). */
  readonly body: ScanBody | null
  readonly invitee: InviteeNo | null
  readonly quarantine: Quarantine | null
  readonly connected: boolean
}

/** Central's ledger of one tenant, within one transaction. Nothing is ever overwritten (LG2). */
export interface CentralLedger {
  readonly lockDevice: (device: DeviceId) => Promise<PushingDevice | null>
  readonly findLink: (device: DeviceId, hash: ScanHash) => Promise<StoredLink | null>
  readonly findInvitees: (
    event: EventId,
    digests: readonly Digest[],
  ) => Promise<ReadonlyMap<Digest, InviteeNo>>
  /** Stores what is not here yet and answers those hashes. */
  readonly insertScans: (
    device: DeviceId,
    event: EventId,
    scans: readonly NewScan[],
  ) => Promise<ReadonlySet<ScanHash>>
  /** Lowest of `seqs` that this device now holds under two hashes, or null. */
  readonly findFork: (device: DeviceId, seqs: readonly number[]) => Promise<number | null>
  /** Marks every scan from the fork on, and answers the keys that this touches (TM8). */
  readonly quarantineFrom: (device: DeviceId, seq: number) => Promise<readonly DirtyKey[]>
  /** Connects the links that follow `from` without a gap; answers the last, or `from` itself. */
  readonly connectOnwards: (device: DeviceId, from: ChainHead) => Promise<ChainHead>
  readonly saveHead: (device: DeviceId, head: ChainHead) => Promise<void>
  readonly markFork: (device: DeviceId, seq: number) => Promise<void>
  /** Keys of scans whose targets or answers these are; what a void reaches (LG6). */
  readonly findKeysOfScans: (
    event: EventId,
    scans: readonly string[],
  ) => Promise<readonly DirtyKey[]>
  /** Keys with two or more admits among this device's scans that a contact at `headSeq` can newly bound (LG8). */
  readonly findContestedKeys: (device: DeviceId, headSeq: number) => Promise<readonly DirtyKey[]>
  readonly raise: RaiseIncident
  /** Keeps a whole push whose chain or signature failed, with its bytes (SY3). */
  readonly quarantinePush: (device: DeviceId, reason: string, bytes: string) => Promise<void>
  /** Writes an outbox row in this transaction: these keys are to be ruled again. */
  readonly enqueueDirty: (event: EventId, keys: readonly DirtyKey[]) => Promise<void>
}
