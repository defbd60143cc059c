import { z } from 'zod'
import { KeyGrant } from './pairing.ts'
import {
  Signed,
  WireDeviceId,
  WireDeviceNo,
  WireDigest,
  WireEventId,
  WireGateId,
  WireInviteeNo,
  WireListId,
  WireMs,
  WireScanHash,
  WireScanId,
} from './primitives.ts'

export const ticketsPerPullMax = 2_000
export const scansPerPullMax = 2_000
const vectorEntriesMax = 5_000

/** [deviceNo, branch, seq]: branch is '' or, after a fork, the first hash of that branch (TM6). */
export const VectorEntry = z.tuple([
  WireDeviceNo,
  z.union([z.literal(''), WireScanHash]),
  z.int().min(0),
])
export type VectorEntry = z.infer<typeof VectorEntry>

export const PullInput = z.object({
  protocol: z.int(),
  device: WireDeviceId,
  /** Watermark of the manifest stream: everything up to this revision is here. */
  revision: z.int().min(0),
  /** Version vector of the scans stream, and the watermark of rulings that changed later. */
  vector: z.array(VectorEntry).max(vectorEntriesMax),
  rulingsRevision: z.int().min(0),
})
export type PullInput = z.input<typeof PullInput>

/**
 * A ticket row, positional to keep deltas small:
 * [digest, invitee, name, category, state, stateAtMs, blocked, validFromMs, validUntilMs, party, notice].
 */
export const TicketRow = z.tuple([
  WireDigest,
  WireInviteeNo,
  z.string().max(200),
  z.int().nullable(),
  z.enum(['valid', 'reprinted', 'revoked', 'cancelled', 'unpaid']),
  WireMs.nullable(),
  z.union([z.literal(0), z.literal(1)]),
  WireMs.nullable(),
  WireMs.nullable(),
  z.int().nullable(),
  z.string().max(500).nullable(),
])
export type TicketRow = z.infer<typeof TicketRow>

/** The JSON inside a delta's `Signed`. Apply only where the replica is at `from`. */
export const ManifestDelta = z.object({
  type: z.literal('delta'),
  event: WireEventId,
  from: z.int(),
  to: z.int(),
  /** True where more than a page has changed: pull again from `to`. */
  more: z.boolean(),
  /** The whole frame (ManifestFrame of the domain) where it changed, else null. */
  frame: z.unknown().nullable(),
  tickets: z.array(TicketRow),
  /** Digests whose rows are to be removed. */
  gone: z.array(WireDigest),
})
export type ManifestDelta = z.infer<typeof ManifestDelta>

const WireRuling = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('confirmed') }),
  z.object({ kind: z.literal('superseded'), by: WireScanId }),
  z.object({ kind: z.literal('voided'), by: WireScanId }),
])

/** A scan of another device (or this one's own, ruled): admits, exits and voids only. */
export const HeardScan = z.object({
  id: WireScanId,
  deviceNo: WireDeviceNo,
  branch: z.union([z.literal(''), WireScanHash]),
  seq: z.int(),
  invitee: WireInviteeNo,
  list: WireListId,
  gate: WireGateId,
  act: z.enum(['entry', 'exit', 'void']),
  forced: z.boolean(),
  target: WireScanId.nullable(),
  /** Central's estimate of its time. */
  atMs: WireMs,
  ruling: WireRuling.nullable(),
})
export type HeardScan = z.infer<typeof HeardScan>

export const PullOutput = z.object({
  manifest: Signed,
  scans: z.array(HeardScan),
  /** The vector after these scans; take it over only together with them. */
  vector: z.array(VectorEntry),
  scansMore: z.boolean(),
  rulings: z.array(z.object({ id: WireScanId, ruling: WireRuling, atMs: WireMs })),
  rulingsRevision: z.int(),
  rulingsMore: z.boolean(),
  /** Keys as they stand now, wrapped for this device. */
  keys: z.array(KeyGrant),
  /** Where the device stands now (a person may move it). */
  list: WireListId,
  gate: WireGateId,
  /** The device's grant as it stands now (`DeviceGrant`), where it changed since pairing. */
  grant: Signed.optional(),
  /** True where a snapshot would cost less than the deltas: the watermark is too old. */
  snapshotAdvised: z.boolean(),
})
export type PullOutput = z.infer<typeof PullOutput>

/** The JSON inside a snapshot's `Signed`: fetch `path` (Range allowed, gzip body as stored). */
export const SnapshotMeta = z.object({
  type: z.literal('snapshot'),
  event: WireEventId,
  format: z.int(),
  revision: z.int(),
  rows: z.int(),
  /** Of the SQLite file, and of its gzip as served. */
  bytes: z.int(),
  sha256: z.string(),
  gzipBytes: z.int(),
  gzipSha256: z.string(),
  path: z.string(),
})
export type SnapshotMeta = z.infer<typeof SnapshotMeta>

export const SnapshotInput = z.object({ protocol: z.int(), device: WireDeviceId })
/** `building`: ask again after `retryMs`. */
export const SnapshotOutput = z.discriminatedUnion('state', [
  z.object({ state: z.literal('ready'), meta: Signed }),
  z.object({ state: z.literal('building'), retryMs: z.int() }),
])
