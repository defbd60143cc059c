import type { Broker, Topic } from './broker.ts'

/** How many rows one sweep of the relay takes; the rest wait for the next, at once. */
export const relayBatchMax = 200

export interface OutboxRow {
  readonly id: string
  readonly topic: Topic
  readonly body: string
}

/** Outbox rows of all tenants, oldest first; what a relay may see of them. */
export interface OutboxStore {
  readonly findUnpublished: (limit: number) => Promise<readonly OutboxRow[]>
  readonly markPublished: (ids: readonly string[]) => Promise<void>
}

/**
 * Hands waiting outbox rows to the broker and marks those that it confirmed.
 *
 * A crash in between publishes a row again, under the same id; consumers dedupe.
 * Answers how many were published: a full batch means that more may wait.
 */
export async function relayOutbox(deps: {
  readonly outbox: OutboxStore
  readonly broker: Broker
}): Promise<number> {
  const rows = await deps.outbox.findUnpublished(relayBatchMax)
  const outcomes = await Promise.allSettled(
    rows.map(({ id, topic, body }) => deps.broker.publish(topic, { id, body })),
  )
  const confirmed = rows.filter((_, at) => outcomes[at]?.status === 'fulfilled')
  if (confirmed.length > 0) await deps.outbox.markPublished(confirmed.map(({ id }) => id))
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed) throw failed.reason
  return confirmed.length
}
