import { ClaimInput, ClaimOutput, ticketToRow } from '@eventpass/sync'
import type { z } from 'zod'
import { unwrap } from '../failures.ts'
import { ownProcedure } from '../gates/router.ts'
import { router } from '../trpc.ts'
import { acceptClaim, type Claimed } from './accept-claim.ts'

/** Admissions, claimed by the device that asks. */
export const scanClaimsRouter = router({
  claim: ownProcedure
    .input(ClaimInput)
    .output(ClaimOutput)
    .mutation(async ({ ctx, input }) =>
      toOutput(unwrap(await acceptClaim(ctx.deps, ctx.tenant, input, 'scan'))),
    ),
})

/** Gifts, likewise: a gift is a list, and `list` names it. */
export const giftClaimsRouter = router({
  claim: ownProcedure
    .input(ClaimInput)
    .output(ClaimOutput)
    .mutation(async ({ ctx, input }) =>
      toOutput(unwrap(await acceptClaim(ctx.deps, ctx.tenant, input, 'gift'))),
    ),
})

/** As the wire has it; the notice for staff comes with the row. */
function toOutput(claimed: Claimed): z.input<typeof ClaimOutput> {
  if (claimed.outcome === 'ask_hub') return claimed
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
