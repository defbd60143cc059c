import { ClaimInput, ClaimOutput, ticketToRow } from '@eventpass/sync'
import { z } from 'zod'
import type { Provisional } from '../failover/failover.ts'
import {
  claimOrJournal,
  deviceCodeOrJournal,
  staffCodeOrJournal,
} from '../failover/journal-claims.ts'
import { unwrap } from '../failures.ts'
import { ownProcedure } from '../gates/router.ts'
import { organiserProcedure, router } from '../trpc.ts'
import { DeviceIdText, EventIdText, GateIdText, ListIdText, ScanIdText } from '../wire-ids.ts'
import type { Claimed } from './accept-claim.ts'
import type { BadCode } from './scan-code.ts'

const qrLengthMax = 1_024
const Qr = z.string().min(1).max(qrLengthMax)
const counterMax = 0x7fff_ffff

const DeviceCodeInput = z.object({
  device: DeviceIdText,
  qr: Qr,
  op: ScanIdText,
  seq: z.int().min(1).max(counterMax),
  epoch: z.int().min(0).max(counterMax),
  /** Only where it is not where the device stands. */
  list: ListIdText.nullable().default(null),
  gate: GateIdText.nullable().default(null),
})
const StaffCodeInput = z.object({
  event: EventIdText,
  qr: Qr,
  op: ScanIdText,
  list: ListIdText,
  gate: GateIdText,
})

/** An answer in words of its own, for clients that speak plain HTTP and hold no list. */
const CodeOutput = z.object({
  op: ScanIdText,
  outcome: z.enum(['accepted', 'taken', 'refused', 'bad_code', 'ask_hub', 'provisional']),
  /** Why it is not a plain yes, as on a gate's screen; null otherwise. */
  reason: z.string().nullable(),
  /** The same in words for staff, where there are some. */
  explanation: z.string().nullable(),
  invitee: z
    .object({
      no: z.int(),
      name: z.string(),
      category: z.int().nullable(),
      notice: z.string().nullable(),
    })
    .nullable(),
  /** Who has it already: device, gate and when. */
  by: z
    .object({ device: z.string(), gateName: z.string().nullable(), atMs: z.number() })
    .nullable(),
})

/** Admissions (`scan.…`) and gifts (`gift.…`), claimed by the device or the person that asks. */
function claimsRouter(what: 'scan' | 'gift') {
  return router({
    /** By a gate that decoded the code and wrote its intent down. */
    claim: ownProcedure
      .input(ClaimInput)
      .output(ClaimOutput)
      .mutation(async ({ ctx, input }) =>
        toOutput(unwrap(await claimOrJournal(ctx.deps, ctx.tenant, input, what))),
      ),

    /** By the code itself, for a device without a decoder; its scan it chains and pushes as a gate does. */
    code: ownProcedure
      .input(DeviceCodeInput)
      .output(CodeOutput)
      .mutation(async ({ ctx, input }) =>
        toWords(input.op, unwrap(await deviceCodeOrJournal(ctx.deps, ctx.tenant, what, input))),
      ),

    /** By the code itself, for staff; central chains the scan. */
    staffCode: organiserProcedure
      .input(StaffCodeInput)
      .output(CodeOutput)
      .mutation(async ({ ctx, input }) => {
        const { deps, tenant, actor } = ctx
        const answer = await staffCodeOrJournal(deps, tenant, actor.who, what, input)
        return toWords(input.op, unwrap(answer))
      }),
  })
}

export const scanClaimsRouter = claimsRouter('scan')
export const giftClaimsRouter = claimsRouter('gift')

/** As the wire has it; the notice for staff comes with the row. */
function toOutput(claimed: Claimed | Provisional): z.input<typeof ClaimOutput> {
  if (claimed.outcome === 'ask_hub' || claimed.outcome === 'provisional') return claimed
  const { ticket, verdict, ...answer } = claimed
  const { tier, ...rest } = verdict
  return {
    ...answer,
    verdict: {
      ...rest,
      tier: tier === 'replica' ? 'central' : tier,
      earlier: rest.earlier && { ...rest.earlier, atMs: Math.round(rest.earlier.atMs) },
      notice: ticket?.notice ?? null,
    },
    ticket: ticket && ticketToRow(ticket),
  } as z.input<typeof ClaimOutput>
}

function toWords(
  op: z.output<typeof ScanIdText>,
  answer: Claimed | BadCode | Provisional,
): z.input<typeof CodeOutput> {
  const nothing = { reason: null, explanation: null, invitee: null, by: null }
  if (answer.outcome === 'bad_code') return { ...nothing, op, ...answer }
  if (answer.outcome === 'ask_hub') {
    const explanation = 'The venue’s hub grants claims of this event now. Ask it.'
    return { ...nothing, op, outcome: 'ask_hub', explanation }
  }
  if (answer.outcome === 'provisional') {
    const explanation =
      'The code is genuine. Whether it was used is decided when central’s database is back.'
    return { ...nothing, op, outcome: 'provisional', explanation }
  }
  const { outcome, verdict, ticket } = answer
  const by = answer.outcome === 'taken' ? answer.by : null
  return {
    ...{ op, outcome, reason: verdict.reason, explanation: verdict.explanation },
    invitee: ticket && {
      ...{
        no: ticket.invitee,
        name: ticket.name,
        category: ticket.category,
        notice: ticket.notice,
      },
    },
    by: by && { device: by.device, gateName: by.gateName, atMs: by.atMs },
  }
}
