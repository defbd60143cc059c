import { z } from 'zod'
import { Bytes64, Signed, WireDeviceId, WireMs, WireScanHash, WireScanId } from './primitives.ts'

export const scansPerPushMax = 500
export const scanBytesMax = 2_048
export const textLengthMax = 1_024

const Salted = z
  .object({ salt: z.string().max(32), text: z.string().max(textLengthMax) })
  .nullable()
const WireTexts = z.object({ code: Salted, answer: Salted, note: Salted })

/** One link: the body's bytes as they were written, its hash, and the texts beside it. */
export const PushedScan = z.object({
  bytes: z.string().max(scanBytesMax),
  hash: WireScanHash,
  texts: WireTexts,
})
export type PushedScan = z.infer<typeof PushedScan>

/**
 * Consecutive links of one device's chain, the first following `prev`.
 * `signature` is over "eventpass/push/1" ‖ UTF-8 JSON [device, headSeq, headHash] of the last link.
 */
export const PushInput = z.object({
  protocol: z.int(),
  device: WireDeviceId,
  prev: WireScanHash,
  scans: z.array(PushedScan).min(1).max(scansPerPushMax),
  headSeq: z.int().min(1),
  signature: Bytes64,
})
export type PushInput = z.input<typeof PushInput>

export const ScanAnswer = z.object({
  hash: WireScanHash,
  id: WireScanId.nullable(),
  /** `stored` also for a repeat; `quarantined`: chained but invalid, stored and counted. */
  outcome: z.enum(['stored', 'quarantined']),
  reason: z.string().nullable(),
})
export type ScanAnswer = z.infer<typeof ScanAnswer>

/**
 * A push whose chain or signature fails is kept whole, unanswered per scan, without a receipt (SY3).
 * `provisional`: journaled until central's database is back; the device keeps it and pushes again (CL4).
 */
export const PushOutput = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('accepted'),
    answers: z.array(ScanAnswer),
    receipt: Signed,
  }),
  z.object({
    outcome: z.literal('quarantined'),
    reason: z.enum(['signature', 'chain', 'device']),
  }),
  z.object({ outcome: z.literal('provisional'), atMs: WireMs }),
])
export type PushOutput = z.infer<typeof PushOutput>
