import {
  Challenge,
  ChallengeInput,
  ContactInput,
  ContactOutput,
  PullInput,
  PullOutput,
  PushInput,
  PushOutput,
  SnapshotInput,
  SnapshotOutput,
} from '@eventpass/sync'
import { TRPCError } from '@trpc/server'
import { acceptContact, challengeDevice } from '../contacts/exchange-contact.ts'
import { pushOrJournal } from '../failover/journal-push.ts'
import { unwrap } from '../failures.ts'
import { keepStrayPush } from '../ledger/keep-stray-push.ts'
import { pullChanges } from '../manifest/pull-changes.ts'
import { getSnapshot } from '../snapshots/get-snapshot.ts'
import { deviceProcedure, needsPass, publicProcedure, router } from '../trpc.ts'

/** A pass speaks for one device; naming another in the input is refused, never obeyed. */
export const ownProcedure = deviceProcedure.use(async ({ ctx, getRawInput, next }) => {
  const input: unknown = await getRawInput()
  const named = typeof input === 'object' && input && 'device' in input ? input.device : null
  if (named !== ctx.device) throw otherDevice()
  ctx.deps.failover?.callers.noteDevice(ctx.tenant, ctx.device)
  return next()
})

function otherDevice(): TRPCError {
  const message = 'The pass is another device’s. Make a contact as this one first.'
  return new TRPCError({ code: 'FORBIDDEN', message })
}

/** The sync protocol, as gates and hubs speak it to central. */
export const syncRouter = router({
  challenge: publicProcedure
    .input(ChallengeInput)
    .output(Challenge)
    .mutation(async ({ ctx, input }) => unwrap(await challengeDevice(ctx.deps, input.device))),

  /** The signature over the nonce is the credential; the answer carries a pass. */
  contact: publicProcedure
    .input(ContactInput)
    .output(ContactOutput)
    .mutation(async ({ ctx, input }) => unwrap(await acceptContact(ctx.deps, input))),

  /** Without a pass only what nobody paired may have sent it: refused, and kept where it names an event. */
  push: publicProcedure
    .input(PushInput)
    .output(PushOutput)
    .mutation(async ({ ctx, input }) => {
      const { deps, peer, principal } = ctx
      if (principal?.kind === 'device') {
        if (principal.device !== input.device) throw otherDevice()
        deps.failover?.callers.noteDevice(principal.tenant, principal.device)
        return unwrap(await pushOrJournal(deps, principal.tenant, input))
      }
      if (principal === null) unwrap(await keepStrayPush(deps, peer, input))
      throw needsPass()
    }),

  pull: ownProcedure
    .input(PullInput)
    .output(PullOutput)
    .mutation(async ({ ctx, input }) => unwrap(await pullChanges(ctx.deps, ctx.tenant, input))),

  snapshot: ownProcedure
    .input(SnapshotInput)
    .output(SnapshotOutput)
    .mutation(async ({ ctx, input }) =>
      unwrap(await getSnapshot(ctx.deps, ctx.tenant, input.device)),
    ),
})
