import type { EventId, InviteeNo, ListId, TenantId } from '@eventpass/domain'
import { z } from 'zod'
import type { LiveDep } from '../live/live-bus.ts'
import type { Broker, Subscription } from '../outbox/broker.ts'
import { keysPerPassMax, type ReconcileDeps, reconcileKeys } from './reconcile-keys.ts'

/** A message of the topic `reconcile`: these keys are dirty. */
const Dirty = z.object({
  tenant: z.uuid(),
  event: z.uuid(),
  keys: z.array(z.tuple([z.uuid(), z.int()])).max(keysPerPassMax),
})

/** Rules over dirty keys as messages tell of them. Workers simply compete (LG8). */
export function consumeReconcile(
  deps: ReconcileDeps & LiveDep & { readonly broker: Broker },
): Promise<Subscription> {
  return deps.broker.consume('reconcile', async ({ body }) => {
    const { tenant, event, keys } = Dirty.parse(JSON.parse(body))
    await reconcileKeys(
      deps,
      tenant as TenantId,
      event as EventId,
      keys.map(([list, invitee]) => ({ list: list as ListId, invitee: invitee as InviteeNo })),
    )
    deps.live.announce(event as EventId)
  })
}
