import type {
  ChainLink,
  DeviceId,
  DeviceNo,
  Digest,
  EventId,
  IncidentChange,
  InviteeNo,
  KnownIncident,
  LedgerHead,
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

/** What the chain alone tells of a link; changes only where links or signed heads arrive that bear on it. */
export interface ChainMark {
  readonly quarantine: Quarantine | null
  /** True where every link before it is here too. */
  readonly connected: boolean
  /** '' or, behind a fork, the first hash of its branch (TM6). */
  readonly branch: ScanHash | ''
}

export interface StoredLink extends ChainLink, ChainMark {}

/** The end of a device's chain, as far as the next links need it. */
export interface ChainTip {
  /** The link of its head, or null at 0. */
  readonly link: StoredLink | null
  /** Highest number that is here, behind a gap too; 0 for none. */
  readonly highestSeq: number
  /** Heads beyond it that the device signed in contacts. */
  readonly signedHeads: readonly LedgerHead[]
}

/** A scan as it is stored first; `id` and `clock` are null with the body. */
export interface NewScan extends ChainLink, ChainMark {
  readonly bytes: string
  readonly texts: ScanTexts
  /** Null where the bytes could not be read: kept, quarantined, counted (SY3). */
  readonly body: ScanBody | null
  readonly invitee: InviteeNo | null
}

/** Central's ledger of one tenant, within one transaction. Nothing is ever overwritten (LG2). */
export interface CentralLedger {
  readonly lockDevice: (device: DeviceId) => Promise<PushingDevice | null>
  readonly readTip: (device: DeviceId, head: LedgerHead) => Promise<ChainTip>
  /** Every link of a device, or those with a number from … through. */
  readonly findChain: (
    device: DeviceId,
    range?: { readonly fromSeq: number; readonly throughSeq: number },
  ) => Promise<readonly StoredLink[]>
  /** Every head that the device signed in a contact. */
  readonly findSignedHeads: (device: DeviceId) => Promise<readonly LedgerHead[]>
  readonly findInvitees: (
    event: EventId,
    digests: readonly Digest[],
  ) => Promise<ReadonlyMap<Digest, InviteeNo>>
  /** Stores links of which none is here: whoever calls holds `lockDevice` and has looked. Throws else. */
  readonly insertScans: (
    device: DeviceId,
    event: EventId,
    scans: readonly NewScan[],
  ) => Promise<void>
  /** Writes these marks, and answers the keys that they touch, through voids too. */
  readonly saveMarks: (
    device: DeviceId,
    marks: readonly (ChainMark & { readonly seq: number; readonly hash: ScanHash })[],
  ) => Promise<readonly DirtyKey[]>
  readonly saveHead: (device: DeviceId, head: LedgerHead) => Promise<void>
  /** Remembers the lowest number with two links; an active device must then be paired anew. */
  readonly saveFork: (device: DeviceId, seq: number) => Promise<void>
  /** Keys of scans whose targets or answers these are; what a void reaches (LG6). */
  readonly findKeysOfScans: (
    event: EventId,
    scans: readonly string[],
  ) => Promise<readonly DirtyKey[]>
  /**
   * Keys with two or more admits, or with one that is undone, among this device's scans that a contact at
   * `headSeq` can newly bound (LG8): those that no earlier head covers. Scans beyond it are here before it
   * where it was late or a clone made it, and then it bounds them from below.
   */
  readonly findContestedKeys: (device: DeviceId, headSeq: number) => Promise<readonly DirtyKey[]>
  /** Gap, fork and clock incidents of a device, in every status. */
  readonly findDeviceIncidents: (device: DeviceId) => Promise<readonly KnownIncident[]>
  readonly saveIncidents: (event: EventId, changes: readonly IncidentChange[]) => Promise<void>
  readonly raise: RaiseIncident
  /** Keeps a whole push whose chain or signature failed, with its bytes (SY3), up to `keptMax` a device. */
  readonly quarantinePush: (
    device: DeviceId,
    reason: string,
    bytes: string,
    keptMax: number,
  ) => Promise<void>
  /**
   * Keeps a whole push of a device that nobody paired, once, up to `keptMax` an event. False where it
   * was not kept.
   */
  readonly quarantineStray: (
    event: EventId,
    device: DeviceId,
    bytes: string,
    keptMax: number,
  ) => Promise<boolean>
  /** Writes an outbox row in this transaction: these keys are to be ruled again. */
  readonly enqueueDirty: (event: EventId, keys: readonly DirtyKey[]) => Promise<void>
}
