import { z } from 'zod'
import { Bytes64, Signed, WireDeviceId, WireMs, WireScanHash } from './primitives.ts'

export const ChallengeInput = z.object({ protocol: z.int(), device: WireDeviceId })

/** Ti of TM, rounded down; open for ≤ 10 s and for one reply. */
export const Challenge = z.object({
  nonce: Bytes64,
  node: z.string(),
  nodeEpoch: z.int(),
  nodeMonoMs: WireMs,
  tiMs: WireMs,
})
export type Challenge = z.infer<typeof Challenge>

/** Signed by the device over "eventpass/contact/1" ‖ UTF-8 JSON [nonce, device, headSeq, headHash, epoch, monoMs, wallMs]. */
export const ContactInput = z.object({
  device: WireDeviceId,
  nonce: Bytes64,
  headSeq: z.int().min(0),
  headHash: WireScanHash,
  epoch: z.int().min(0),
  monoMs: WireMs,
  wallMs: WireMs,
  signature: Bytes64,
})
export type ContactInput = z.input<typeof ContactInput>

/** A contact that counted. `pass` authorises push, pull and snapshot for `passMs`. */
export const ContactOutput = z.object({
  pass: z.string(),
  passMs: z.int(),
  node: z.string(),
  tiMs: WireMs,
  trMs: WireMs,
  incarnation: z.string(),
  /** Central's gap-free prefix of this device, signed: what it would send as a receipt. */
  receipt: Signed,
  /** `pair_anew`: a fork was seen. `revoked`: push, then wipe (DV3). */
  standing: z.enum(['active', 'revoked', 'pair_anew']),
})
export type ContactOutput = z.infer<typeof ContactOutput>

/** The JSON inside a receipt's `Signed` (SY2). */
export const Receipt = z.object({
  type: z.literal('receipt'),
  device: WireDeviceId,
  throughSeq: z.int().min(0),
  hash: WireScanHash,
  incarnation: z.string(),
})
export type Receipt = z.infer<typeof Receipt>
