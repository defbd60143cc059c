import { z } from 'zod'
import { countEvent } from '../events/read-events.ts'
import { unwrap } from '../failures.ts'
import { auditorProcedure, router } from '../trpc.ts'
import { EventIdText } from '../wire-ids.ts'

/** Counts are looked at again after this time even when nobody announced a change. */
const lookAgainMs = 5_000

export const liveRouter = router({
  /** The event's counts, now and whenever they change, until the caller goes. */
  counts: auditorProcedure.input(z.object({ event: EventIdText })).subscription(async function* ({
    ctx,
    input,
    signal,
  }) {
    const ended = signal ?? new AbortController().signal
    let told = ''
    while (!ended.aborted) {
      const counts = unwrap(await countEvent(ctx.deps, ctx.tenant, input.event))
      const now = JSON.stringify(counts)
      if (now !== told) yield counts
      told = now
      await ctx.deps.live.nextChange(input.event, lookAgainMs, ended)
    }
  }),
})
