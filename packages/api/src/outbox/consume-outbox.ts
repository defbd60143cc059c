import type { TenantId } from '@eventpass/domain'
import { z } from 'zod'
import type { Broker, Message, Subscription, Topic } from './broker.ts'
import { describeCause } from './describe-cause.ts'
import type { TenantOutbox } from './outbox-store.ts'

/** What the relay puts into a message. */
const Reference = z.object({ tenant: z.uuid(), row: z.string().regex(/^\d{1,19}$/) })

export interface ConsumeDeps<Stores> {
  readonly tx: <T>(
    tenant: TenantId,
    work: (stores: Stores & { readonly outbox: TenantOutbox }) => Promise<T>,
  ) => Promise<T>
  readonly broker: Broker
  /** True for errors that say that the database is away or busy, and nothing of the message. */
  readonly isDatabaseAway: (error: unknown) => boolean
  readonly warn: (sentence: string) => void
  /** Told of each message whose effect is there. */
  readonly onConsumed?: () => void
}

/**
 * Does a topic's work, each outbox row once: the row goes in the transaction of its effect, so that
 * a repeat, on this worker or another, finds nothing to do. `work` answers what to do once the
 * effect is durable, such as telling dashboards; that part may be lost with the process.
 */
export function consumeOutbox<Stores>(
  deps: ConsumeDeps<Stores>,
  topic: Topic,
  work: (stores: Stores, tenant: TenantId, key: unknown) => Promise<() => void>,
): Promise<Subscription> {
  return deps.broker.consume(topic, {
    handle: async (message) => {
      const { tenant, row } = readReference(message)
      try {
        const onDone = await deps.tx(tenant, async (stores) => {
          const key = await stores.outbox.take(topic, row)
          return key === null ? () => {} : work(stores, tenant, key)
        })
        onDone()
        deps.onConsumed?.()
        return 'done'
      } catch (error) {
        if (!deps.isDatabaseAway(error)) throw error
        deps.warn(`The database is away, ${topic} waits: ${describeCause(error)}`)
        return 'later'
      }
    },
    onParked: async (message, cause) => {
      deps.warn(`A message on ${topic} is parked for a person: ${message.id}: ${cause}`)
      try {
        const { tenant, row } = readReference(message)
        await deps.tx(tenant, (stores) => stores.outbox.park(row, cause))
      } catch (error) {
        // The row stays as published, and is handed on again after a while.
        deps.warn(`${message.id} could not be marked as parked: ${describeCause(error)}`)
      }
    },
  })
}

function readReference({ body }: Message): { readonly tenant: TenantId; readonly row: string } {
  const { tenant, row } = Reference.parse(JSON.parse(body))
  return { tenant: tenant as TenantId, row }
}
