import { z } from 'zod'
import {
  Signed,
  WireDigest,
  WireGateId,
  WireListId,
  WireMs,
  WireScanId,
} from '../wire/primitives.ts'

/** What is deleted from the ledger's facts, and what was never there, is null. */
const nullable = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value) => value ?? null)

/** The durable state of a paired device beside its scans, as the ledger's facts hold it. */
export const DeviceFacts = z.object({
  /** Central's public key, pinned at pairing. */
  centralKey: z.string(),
  /** The `DeviceGrant` as central signed it. */
  grant: Signed,
  /** Where the device stands now. */
  list: WireListId,
  gate: WireGateId,
  /** The life of central's database that receipts were last of. */
  incarnation: z.string(),
  /** `revoked` and `pair_anew` by central, `locked` by the lease; null is active. */
  standing: nullable(z.enum(['revoked', 'pair_anew', 'locked'])),
  /** The manifest that decides, and how many tickets it lists. */
  manifest: nullable(z.object({ name: z.string(), revision: z.int(), tickets: z.int() })),
  /**
   * A first load that is under way: where its bytes lie, what they must be, and central's incarnation
   * that it was offered in, which is absent where an older app began it.
   */
  download: nullable(z.object({ name: z.string(), meta: Signed, life: z.string().optional() })),
  /** Loads begun so far: no two get the same name. */
  loads: nullable(z.int()),
  /** True where the manifest is to be fetched whole, since deltas cannot mend it. */
  reload: nullable(z.boolean()),
  /** When the list was last known to be current, by this device's clocks. */
  currentAt: nullable(z.object({ epoch: z.int(), monoMs: WireMs, wallMs: WireMs })),
  /** What was last asked of an upstream, written before it was asked; its scan has this id (CL6). */
  intent: nullable(
    z.object({
      ...{ op: WireScanId, seq: z.int(), epoch: z.int(), list: WireListId, digest: WireDigest },
    }),
  ),
  /** Monotonic working time since the last contact (DV4). */
  leaseUsedMs: nullable(z.number()),
})
export type DeviceFacts = z.infer<typeof DeviceFacts>
