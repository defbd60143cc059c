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
const as =
  <T>() =>
  (value: unknown) =>
    value as T

export const WireTenantId = uuid.transform(as<TenantId>())
export const WireEventId = uuid.transform(as<EventId>())
export const WireDeviceId = uuid.transform(as<DeviceId>())
export const WireListId = uuid.transform(as<ListId>())
export const WireGateId = uuid.transform(as<GateId>())
export const WireScanId = uuid.transform(as<ScanId>())
export const WireScanHash = hex(32).transform(as<ScanHash>())
export const WireDigest = hex(16).transform(as<Digest>())
export const WireInviteeNo = z.int().min(1).max(0x7fff_ffff).transform(as<InviteeNo>())
export const WireDeviceNo = z.int().min(1).max(0x7fff_ffff).transform(as<DeviceNo>())

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
