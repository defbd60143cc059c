import { z } from 'zod'
import { auditorProcedure, router } from '../trpc.ts'
import { verifyAudit } from './verify-audit.ts'

const Verdict = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('intact'),
    rows: z.int(),
    lagMs: z.number(),
    restores: z
      .array(z.object({ atMs: z.number(), afterSeq: z.int(), lostThroughSeq: z.int() }))
      .readonly(),
  }),
  z.object({ outcome: z.literal('broken'), seq: z.int(), message: z.string() }),
])

export const auditRouter = router({
  /** Whether the audit of this account is what it was; names the first row that is not. */
  verify: auditorProcedure.output(Verdict).query(({ ctx }) => verifyAudit(ctx.deps, ctx.tenant)),
})
