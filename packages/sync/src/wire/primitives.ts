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
  TenantId,
} from '@eventpass/domain'
import { z } from 'zod'

const uuid = z.uuid().lowercase()
const hex = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`))

/**
 * The schema under the name of what it lets through. A transform would be one more step for each of the
 * dozen ids of a scan, of which central reads thousands a second.
 */
const as = <T, Raw>(schema: z.ZodType<Raw, Raw>) => schema as unknown as z.ZodType<T, Raw>

export const WireTenantId = as<TenantId, string>(uuid)
export const WireEventId = as<EventId, string>(uuid)
export const WireDeviceId = as<DeviceId, string>(uuid)
export const WireListId = as<ListId, string>(uuid)
export const WireGateId = as<GateId, string>(uuid)
export const WireScanId = as<ScanId, string>(uuid)
export const WireScanHash = as<ScanHash, string>(hex(32))
export const WireDigest = as<Digest, string>(hex(16))
export const WireInviteeNo = as<InviteeNo, number>(z.int().min(1).max(0x7fff_ffff))
export const WireDeviceNo = as<DeviceNo, number>(z.int().min(1).max(0x7fff_ffff))

/** base64url without padding. */
export const Bytes64 = z
  .string()
  .regex(/^[A-Za-z0-9_-]*$/)
  .max(4_096)
/** Whole ms; wall clocks may be years off, so the bounds are those of a safe integer. */
export const WireMs = z.int()
export const Hex32 = hex(32)

/**
 * A statement by central: UTF-8 JSON exactly as signed, with an ECDSA P-256 / SHA-256
 * signature (raw r‖s, base64url) over "eventpass/signed/1" ‖ bytes. Verify, then parse.
 */
export const Signed = z.object({ bytes: z.string().max(2_000_000), signature: Bytes64 })
export type Signed = z.infer<typeof Signed>
