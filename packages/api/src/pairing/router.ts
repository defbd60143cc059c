import { PairStartInput, PairStartOutput, PairStatusInput, PairStatusOutput } from '@eventpass/sync'
import { unwrap } from '../failures.ts'
import { publicProcedure, router } from '../trpc.ts'
import { readPairing, startPairing } from './pair-device.ts'

/** What a device calls before it has a key that central knows (DV1). */
export const pairingRouter = router({
  start: publicProcedure
    .input(PairStartInput)
    .output(PairStartOutput)
    .mutation(async ({ ctx, input }) =>
      unwrap(await startPairing(ctx.deps, { ...input, peer: ctx.peer })),
    ),

  /** Asked again and again until a person has decided; the poll secret is the credential. */
  status: publicProcedure
    .input(PairStatusInput)
    .output(PairStatusOutput)
    .mutation(async ({ ctx, input }) =>
      unwrap(await readPairing(ctx.deps, input.device, input.poll)),
    ),
})
