import { z } from 'zod'
import { auditorProcedure, organiserProcedure, router } from '../trpc.ts'
import { topics } from './broker.ts'
import { listParked, retryParked } from './parked-rows.ts'

/** Work of this account that nobody could handle. */
export const parkedRouter = router({
  list: auditorProcedure
    .output(
      z
        .array(
          z.object({
            row: z.string(),
            topic: z.enum(topics),
            cause: z.string(),
            parkedMs: z.number(),
          }),
        )
        .readonly(),
    )
    .query(({ ctx }) => listParked(ctx.deps, ctx.tenant)),

  retry: organiserProcedure
    .output(z.object({ retried: z.int() }))
    .mutation(({ ctx }) => retryParked(ctx.deps, ctx.tenant, ctx.actor)),
})
