import { attemptsMax, type Topic } from '@eventpass/api'
import type { Channel } from 'amqplib'

export const topics: readonly Topic[] = ['reconcile', 'dashboard']

export const exchange = 'eventpass'
export const queueName = (topic: Topic) => `eventpass.${topic}`
export const parkedName = (topic: Topic) => `eventpass.${topic}.parked`
export const retryName = (topic: Topic, attempt: number) => `eventpass.${topic}.retry-${attempt}`

/**
 * Declares every queue; safe to repeat, and done at each connection.
 *
 * Work waits in quorum queues that refuse rather than drop, so that dead-lettering
 * is at least once. A failed message waits in a retry queue whose time to live
 * hands it back; after the last attempt it is parked for a person.
 */
export async function declareTopology(channel: Channel, retryDelayMs: number): Promise<void> {
  await channel.assertExchange(exchange, 'direct', { durable: true })
  for (const topic of topics) {
    await channel.assertQueue(parkedName(topic), quorum())
    await channel.assertQueue(queueName(topic), quorum())
    await channel.bindQueue(queueName(topic), exchange, topic)
    for (let attempt = 1; attempt < attemptsMax; attempt += 1) {
      await channel.assertQueue(
        retryName(topic, attempt),
        quorum({
          'x-message-ttl': retryDelayMs * 2 ** (attempt - 1),
          'x-dead-letter-exchange': exchange,
          'x-dead-letter-routing-key': topic,
          'x-dead-letter-strategy': 'at-least-once',
        }),
      )
    }
  }
}

function quorum(more: Record<string, unknown> = {}) {
  return {
    durable: true,
    arguments: { 'x-queue-type': 'quorum', 'x-overflow': 'reject-publish', ...more },
  }
}
