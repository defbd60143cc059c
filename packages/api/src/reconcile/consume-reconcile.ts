import type { EventId, InviteeNo, ListId } from '@eventpass/domain'
import { z } from 'zod'
import type { LiveDep } from '../live/live-bus.ts'
import type { Subscription } from '../outbox/broker.ts'
import { type ConsumeDeps, consumeOutbox } from '../outbox/consume-outbox.ts'
import { keysPerPassMax, type ReconcileStores, ruleKeys } from './reconcile-keys.ts'

/** Key of an outbox row of the topic `reconcile`: these keys are dirty. */
const Dirty = z.object({
  event: z.uuid(),
  keys: z.array(z.tuple([z.uuid(), z.int()])).max(keysPerPassMax),
})

export interface ReconcileConsumerDeps extends LiveDep, ConsumeDeps<ReconcileStores> {
  /** Told after each pass how many keys it ruled over. */
  readonly onReconciled: (keys: number) => void
}

/** Rules over dirty keys as messages tell of them. Workers simply compete (LG8). */
export function consumeReconcile(deps: ReconcileConsumerDeps): Promise<Subscription> {
  return consumeOutbox(deps, 'reconcile', async (stores, _, key) => {
    const dirty = Dirty.parse(key)
    const event = dirty.event as EventId
    await ruleKeys(
      stores,
      event,
      dirty.keys.map(([list, invitee]) => ({
        list: list as ListId,
        invitee: invitee as InviteeNo,
      })),
    )
    return () => {
      deps.onReconciled(dirty.keys.length)
      deps.live.announce(event)
    }
  })
}
