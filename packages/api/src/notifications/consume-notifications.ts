import type { EventId } from '@eventpass/domain'
import { z } from 'zod'
import type { Subscription } from '../outbox/broker.ts'
import { type ConsumeDeps, consumeOutbox } from '../outbox/consume-outbox.ts'
import type { NotificationStore } from './notification-store.ts'

/** Key of an outbox row of the topic `notifications`. */
const Happened = z.object({ event: z.uuid(), kind: z.string().max(100), subject: z.uuid() })

/** Hands on what happened, in the transaction that takes the message away, so that each is told once. */
export function consumeNotifications(
  deps: ConsumeDeps<{ readonly notifications: NotificationStore }>,
): Promise<Subscription> {
  return consumeOutbox(deps, 'notifications', async ({ notifications }, _, key) => {
    const { event, kind, subject } = Happened.parse(key)
    await notifications.record({ event: event as EventId, kind, subject })
    return () => {}
  })
}
