import type {
  DeviceId,
  DeviceNo,
  Digest,
  EventId,
  GateId,
  ListId,
  ManifestFrame,
  ManifestTicket,
} from '@eventpass/domain'
import type { HeardScan, VectorEntry } from '@eventpass/sync'

/** A device as pull and snapshot see it. */
export interface PullingDevice {
  readonly event: EventId
  readonly deviceNo: DeviceNo
  readonly state: 'active' | 'revoked' | 'retired' | 'pair_anew'
  readonly list: ListId
  readonly gate: GateId
  /** Raw P-256 point to wrap event keys for, base64url. */
  readonly wrapKey: string
  /** How far its list was known to go, by what it asked for last. */
  readonly heldRevision: number
}

/** Reads of the two streams, within one transaction that sees one snapshot of the database. */
export interface ManifestReads {
  readonly getDevice: (device: DeviceId) => Promise<PullingDevice | null>
  readonly revisions: (event: EventId) => Promise<{
    readonly manifest: number
    readonly frame: number
    readonly rulings: number
  }>
  readonly readFrame: (event: EventId) => Promise<ManifestFrame>
  readonly countTickets: (event: EventId) => Promise<number>
  readonly countChanges: (event: EventId, since: number, upTo: number) => Promise<number>
  /**
   * Changed rows and tombstones with since < revision ≤ `through`, in order. About `limit` of them:
   * a revision is never cut in two, since a watermark can only stand between revisions.
   */
  readonly findChanges: (
    event: EventId,
    since: number,
    upTo: number,
    limit: number,
  ) => Promise<{
    readonly tickets: readonly ManifestTicket[]
    readonly gone: readonly Digest[]
    readonly through: number
  }>
  /** Admits, exits and voids beyond the vector, in (device, branch, seq) order. */
  readonly findScansBeyond: (
    event: EventId,
    vector: readonly VectorEntry[],
    limit: number,
  ) => Promise<readonly HeardScan[]>
  /** The gap-free head of every device and branch: what the vector becomes when all is told. */
  readonly findHeads: (event: EventId) => Promise<readonly VectorEntry[]>
  readonly findRulingsSince: (
    event: EventId,
    since: number,
    limit: number,
  ) => Promise<
    readonly {
      readonly revision: number
      readonly id: HeardScan['id']
      readonly ruling: NonNullable<HeardScan['ruling']>
      readonly atMs: number
    }[]
  >
  readonly findKeys: (
    event: EventId,
  ) => Promise<readonly { readonly kid: number; readonly retired: boolean }[]>
}
