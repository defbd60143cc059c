import { z } from 'zod'
import {
  Bytes64,
  WireDeviceId,
  WireDeviceNo,
  WireEventId,
  WireGateId,
  WireListId,
  WireMs,
  WireTenantId,
} from './primitives.ts'

export const pairingCodeTextMax = 64

/** Opens a pairing with the one-time code of a link (DV1). Keys are raw uncompressed P-256 points. */
export const PairStartInput = z.object({
  protocol: z.int(),
  code: z.string().min(16).max(pairingCodeTextMax),
  signKey: Bytes64,
  wrapKey: Bytes64,
  /** By the signing key over "eventpass/pair/1" ‖ UTF-8 of JSON [code, signKey, wrapKey]. */
  proof: Bytes64,
  label: z.string().max(80),
})
export type PairStartInput = z.input<typeof PairStartInput>

/** `words` are the four that both screens show; `poll` is a secret to ask for the outcome with. */
export const PairStartOutput = z.object({
  device: WireDeviceId,
  poll: z.string(),
  words: z.array(z.string()).length(4),
  expiresInMs: z.int(),
})

export const PairStatusInput = z.object({ device: WireDeviceId, poll: z.string().max(128) })

/** An event key wrapped for one device: ECDH P-256 with `ephemeralKey`, then AES-KW. */
export const KeyGrant = z.object({
  kid: z.int().min(0).max(255),
  retired: z.boolean(),
  /** Null for a retired kid: its codes are refused by kid alone. */
  wrapped: Bytes64.nullable(),
  ephemeralKey: Bytes64.nullable(),
})
export type KeyGrant = z.infer<typeof KeyGrant>

/** What a device may do and with what: the JSON inside a `Signed`. */
export const DeviceGrant = z.object({
  type: z.literal('grant'),
  tenant: WireTenantId,
  event: WireEventId,
  eventName: z.string(),
  device: WireDeviceId,
  deviceNo: WireDeviceNo,
  role: z.enum(['steward', 'supervisor', 'kiosk']),
  list: WireListId,
  gate: WireGateId,
  /** Hex of the 4-byte tags: this event's, and the tenant's others (TK3). */
  eventTag: z.string(),
  otherTags: z.array(z.string()),
  keys: z.array(KeyGrant),
  incarnation: z.string(),
  /** Salted hash of the supervisor PIN ("salt:hex of SHA-256(salt‖pin)"), or null. */
  pinHash: z.string().nullable(),
  leaseMs: WireMs.nullable(),
})
export type DeviceGrant = z.infer<typeof DeviceGrant>

export const PairStatusOutput = z.discriminatedUnion('state', [
  z.object({ state: z.literal('waiting') }),
  z.object({ state: z.literal('refused') }),
  z.object({ state: z.literal('expired') }),
  z.object({
    state: z.literal('accepted'),
    /** Central's public signing key (raw point), pinned from now on. */
    centralKey: Bytes64,
    grant: z.object({ bytes: z.string(), signature: Bytes64 }),
  }),
])
export type PairStatusOutput = z.infer<typeof PairStatusOutput>
