import { attemptsMax, queueLengthMax, type Topic, topics } from '@eventpass/api'
import type { Channel } from 'amqplib'

/** A message whose consumers died so often is parked: it may be what kills them. */
const deliveriesMax = 20
/** How long a delay queue outlives its last message; each publication declares it again. */
const delayQueueLingersMs = 3_600_000

/** Names in one vhost, all under one prefix. */
export interface Topology {
  readonly exchange: string
  readonly queue: (topic: Topic) => string
  readonly parked: (topic: Topic) => string
  /** Where a message waits before attempt `attempt` + 1; the pause doubles each time. */
  readonly retry: (topic: Topic, attempt: number) => string
  /** Declares everything that is always there; safe to repeat, and done at each connection. */
  readonly declare: (channel: Channel) => Promise<void>
  /** Declares the queue in which messages of a topic wait that long, and answers its name. */
  readonly declareDelay: (channel: Channel, topic: Topic, delayMs: number) => Promise<string>
}

/**
 * Work waits in quorum queues that refuse rather than drop, so that dead-lettering is at least once.
 * A failed message waits in a retry queue whose time to live hands it back; after the last attempt it
 * is parked for a person. A pause is part of its queue's name: another pause is another queue, since
 * RabbitMQ refuses to declare a queue anew with other settings.
 */
export function createTopology(prefix: string, retryDelayMs: number): Topology {
  const queue = (topic: Topic) => `${prefix}.${topic}`
  const parked = (topic: Topic) => `${prefix}.${topic}.parked`
  const pauseMs = (attempt: number) => retryDelayMs * 2 ** (attempt - 1)
  const retry = (topic: Topic, attempt: number) => `${prefix}.${topic}.retry-${pauseMs(attempt)}`

  const backTo = (topic: Topic, afterMs: number) => ({
    'x-message-ttl': afterMs,
    'x-dead-letter-exchange': prefix,
    'x-dead-letter-routing-key': topic,
    'x-dead-letter-strategy': 'at-least-once',
  })

  return {
    exchange: prefix,
    queue,
    parked,
    retry,
    async declare(channel) {
      await channel.assertExchange(prefix, 'direct', { durable: true })
      for (const topic of topics) {
        await channel.assertQueue(parked(topic), quorum({}))
        await channel.assertQueue(
          queue(topic),
          quorum({
            'x-delivery-limit': deliveriesMax,
            'x-dead-letter-exchange': '',
            'x-dead-letter-routing-key': parked(topic),
            'x-dead-letter-strategy': 'at-least-once',
          }),
        )
        await channel.bindQueue(queue(topic), prefix, topic)
        for (let attempt = 1; attempt < attemptsMax; attempt += 1) {
          await channel.assertQueue(retry(topic, attempt), quorum(backTo(topic, pauseMs(attempt))))
        }
      }
    },
    async declareDelay(channel, topic, delayMs) {
      const name = `${prefix}.${topic}.delay-${delayMs}`
      const settings = { ...backTo(topic, delayMs), 'x-expires': delayMs + delayQueueLingersMs }
      await channel.assertQueue(name, quorum(settings))
      return name
    },
  }
}

function quorum(more: Record<string, unknown>) {
  return {
    durable: true,
    arguments: {
      'x-queue-type': 'quorum',
      'x-overflow': 'reject-publish',
      'x-max-length': queueLengthMax,
      ...more,
    },
  }
}
