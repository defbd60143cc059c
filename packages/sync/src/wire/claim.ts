import { z } from 'zod'
import { ReasonWord } from '../chain/scan-body.ts'
import {
  WireDeviceId,
  WireDigest,
  WireGateId,
  WireInviteeNo,
  WireListId,
  WireMs,
  WireScanId,
} from './primitives.ts'
import { TicketRow } from './pull.ts'

/** Reasons that one choice of a person can confirm: more than there are things to ask about. */
const confirmedMax = 8

/**
 * What a device wrote down durably before it asks (CL6): everything of the coming scan but its verdict.
 *
 * `op` is the scan's id and the key of asking again; `seq` and `epoch` are those that the scan will have.
 */
export const ClaimInput = z.object({
  protocol: z.int(),
  device: WireDeviceId,
  op: WireScanId,
  seq: z.int().min(1).max(0x7fff_ffff),
  epoch: z.int().min(0).max(0x7fff_ffff),
  /** The list that is checked, or the gift that is handed out. */
  list: WireListId,
  gate: WireGateId,
  digest: WireDigest,
  /** How the device knows the code: its MAC verified, no key to verify it with, or a row picked by name. */
  code: z.enum(['genuine', 'unverified', 'by_name']),
  /** The `attention` scan that this answers, and what was said yes to (DC1). */
  answers: WireScanId.nullable(),
  confirmed: z.array(ReasonWord).max(confirmedMax),
  /** Whether the list's question was answered; the answer itself travels with the scan (DC8). */
  answered: z.boolean(),
})
export type ClaimInput = z.input<typeof ClaimInput>

/** The verdict of the node that decided, as the domain has it. */
const ClaimVerdict = z.object({
  kind: z.enum(['admit', 'refuse', 'attention']),
  reason: ReasonWord.nullable(),
  tier: z.enum(['hub', 'central', 'signature']),
  invitee: WireInviteeNo.nullable(),
  forced: z.boolean(),
  earlier: z.object({ scan: WireScanId, gate: WireGateId, atMs: WireMs }).nullable(),
  explanation: z.string().max(500).nullable(),
  whenMs: WireMs.nullable(),
  question: z.string().max(500).nullable(),
  replicaAgeMs: WireMs.nullable(),
  revision: z.int().min(0),
  notice: z.string().max(500).nullable(),
})

const decided = {
  /** Number of the authority that answered. */
  authority: z.int().min(1),
  verdict: ClaimVerdict,
  /** The row of the code, so that a device which has not pulled it yet can show whom it is about. */
  ticket: TicketRow.nullable(),
}

/** Who has it: the scan, the device and gate that it was granted to, and when. */
const TakenBy = z.object({
  scan: WireScanId,
  device: z.string(),
  gate: WireGateId,
  gateName: z.string().nullable(),
  atMs: WireMs,
})

/**
 * How a claim ended (LG7): `accepted`; rejected as `taken` or `refused`; or not decided here:
 * `ask_hub` holds the authority, `provisional` was journaled and is decided later (CL4). Asking the
 * same again brings the same.
 */
export const ClaimOutput = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('accepted'), ...decided, slot: z.int().min(1), atMs: WireMs }),
  z.object({ outcome: z.literal('taken'), ...decided, by: TakenBy }),
  z.object({ outcome: z.literal('refused'), ...decided }),
  z.object({ outcome: z.literal('ask_hub'), authority: z.int().min(1), hub: WireDeviceId }),
  z.object({ outcome: z.literal('provisional'), atMs: WireMs }),
])
export type ClaimOutput = z.infer<typeof ClaimOutput>
