import { ownProcedure, router } from '@eventpass/api'
import { ClaimInput, ClaimOutput } from '@eventpass/sync'
import type { z } from 'zod'

/** An answer as long as that to a claim. */
const granted: z.input<typeof ClaimOutput> = {
  ...{ outcome: 'accepted', authority: 1, slot: 1, atMs: 1_790_000_000_000 },
  verdict: {
    ...{ kind: 'admit', reason: null, tier: 'central', invitee: 1, forced: false, earlier: null },
    ...{ explanation: null, whenMs: null, question: null, replicaAgeMs: null, revision: 1 },
    notice: null,
  },
  ticket: ['0'.repeat(32), 1, 'Guest 10000', null, 'valid', null, 0, null, null, null, null],
}

/**
 * The empty mutation that `scan.claim` is measured against: the same procedure, with the same proof of who
 * calls, the same input and an answer as long, parsed by the same schemas. It looks nothing up and writes
 * nothing, so that what is left is the claim.
 */
export const emptyRouter = router({
  scan: router({
    claim: ownProcedure
      .input(ClaimInput)
      .output(ClaimOutput)
      .mutation(() => granted),
  }),
})
