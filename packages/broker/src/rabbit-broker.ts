import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import {
  attemptsMax,
  type Broker,
  type Consumer,
  describeCause,
  type Message,
  type Subscription,
  type Topic,
} from '@eventpass/api'
import type { ConfirmChannel, ConsumeMessage } from 'amqplib'
import { assertPublishable } from './message-size.ts'
import { connectRabbit } from './rabbit-connection.ts'
import { createPublisher, type Publisher } from './rabbit-publisher.ts'
import { createTopology } from './rabbit-topology.ts'
import { within } from './within.ts'

/** Messages that one consumer works on at a time. */
const prefetchMax = 8
const attemptsHeader = 'x-attempts'
const causeHeader = 'x-cause'
const silentMsMaxDefault = 10_000

export interface RabbitBrokerOptions {
  readonly url: string
  /** Pause before the second attempt, in ms; it doubles each time. */
  readonly retryDelayMs: number
  /** Told of every lost connection and every message that could not be settled, in words. */
  readonly warn: (sentence: string) => void
  /** What every name in the vhost begins with. */
  readonly prefix: string
  /** How long RabbitMQ may leave a question open, in ms. */
  readonly silentMsMax?: number
}

/** A channel with what goes over it; replaced as a whole. */
interface Line {
  readonly channel: ConfirmChannel
  readonly publisher: Publisher
}

interface Subscriber {
  readonly topic: Topic
  readonly consumer: Consumer
  readonly inFlight: Set<Promise<void>>
  /** Where it is subscribed now. */
  on: { readonly line: Line; readonly tag: string } | null
}

/** RabbitMQ behind the port: quorum queues, publisher confirms, bounded retries, a parked queue. */
export async function createRabbitBroker(options: RabbitBrokerOptions): Promise<Broker> {
  const { url, retryDelayMs, prefix, warn } = options
  const { silentMsMax = silentMsMaxDefault } = options
  const topology = createTopology(prefix, retryDelayMs)
  const subscribers = new Set<Subscriber>()
  let line: Line | null = null
  let blocked = false

  const requireLine = () => {
    if (!line)
      throw new Error('RabbitMQ is not connected. The outbox keeps the message; try again.')
    return line
  }

  const toQueue = (
    { publisher }: Line,
    key: string,
    message: Message,
    headers: Record<string, unknown>,
  ) => publisher.publish({ exchange: '', key, message, headers })

  const settle = async (at: Line, { topic, consumer }: Subscriber, delivery: ConsumeMessage) => {
    const message = { id: String(delivery.properties.messageId), body: delivery.content.toString() }
    const attempts = Number(delivery.properties.headers?.[attemptsHeader] ?? 0)
    try {
      if ((await consumer.handle(message)) === 'later') {
        const longest = topology.retry(topic, attemptsMax - 1)
        await toQueue(at, longest, message, { [attemptsHeader]: attempts })
      }
    } catch (error) {
      const next = attempts + 1
      const headers = { [attemptsHeader]: next, [causeHeader]: describeCause(error) }
      // Confirmed in its next queue before it leaves this one: a crash between repeats, never loses.
      if (next < attemptsMax) await toQueue(at, topology.retry(topic, next), message, headers)
      else {
        await toQueue(at, topology.parked(topic), message, headers)
        await consumer.onParked(message, describeCause(error))
      }
    }
    at.channel.ack(delivery)
  }

  const settleOrReturn = async (at: Line, subscriber: Subscriber, delivery: ConsumeMessage) => {
    try {
      await settle(at, subscriber, delivery)
    } catch (error) {
      warn(`A message on ${subscriber.topic} will come again: ${describeCause(error)}`)
      // With its channel it went back by itself. On a living one it would wait for ever.
      await pause(retryDelayMs)
      if (line === at) at.channel.nack(delivery, false, true)
    }
  }

  const subscribe = async (at: Line, subscriber: Subscriber): Promise<void> => {
    // Noted before RabbitMQ answers, so that nobody subscribes it twice and a stop can end it.
    const tag = randomUUID()
    subscriber.on = { line: at, tag }
    const take = (delivery: ConsumeMessage | null) => {
      // RabbitMQ ended the subscription: its queue was deleted. A new line declares it again.
      if (!delivery) return endLine(at, `RabbitMQ deleted the queue of ${subscriber.topic}.`)
      const work = settleOrReturn(at, subscriber, delivery)
      subscriber.inFlight.add(work)
      work.finally(() => subscriber.inFlight.delete(work))
    }
    await at.channel.consume(topology.queue(subscriber.topic), take, { consumerTag: tag })
  }

  const endLine = (at: Line, why: string) => {
    if (line !== at) return
    warn(`${why} Opening a new channel.`)
    at.channel.close().catch(() => undefined)
  }

  const connection = await connectRabbit({
    url,
    warn,
    async onOpen(channel) {
      const fresh = { channel, publisher: createPublisher(channel, silentMsMax) }
      await channel.prefetch(prefetchMax)
      await topology.declare(channel)
      line = fresh
      channel.on('return', () => endLine(fresh, 'A queue is missing.'))
      for (const subscriber of subscribers) {
        if (subscriber.on?.line !== fresh) await subscribe(fresh, subscriber)
      }
    },
    onLost(channel) {
      if (line?.channel === channel) line = null
    },
    onBlocked(now) {
      blocked = now
    },
  })

  const stop = async (subscriber: Subscriber) => {
    subscribers.delete(subscriber)
    const { on } = subscriber
    // A channel that dies meanwhile has no subscription either.
    if (on && on.line === line) await on.line.channel.cancel(on.tag).catch(() => undefined)
    // Deliveries that were under way when the subscription ended are in the set by now.
    while (subscriber.inFlight.size > 0) await Promise.all(subscriber.inFlight)
  }

  return {
    async publish(topic, message, delayMs = 0) {
      assertPublishable(message, delayMs)
      const at = requireLine()
      if (delayMs === 0) {
        const { exchange } = topology
        await at.publisher.publish({ exchange, key: topic, message, headers: {} })
      } else {
        const declared = topology.declareDelay(at.channel, topic, delayMs)
        const queue = await within(silentMsMax, `A delay queue of ${topic}`, declared)
        await toQueue(at, queue, message, {})
      }
    },
    async consume(topic, consumer): Promise<Subscription> {
      const subscriber: Subscriber = { topic, consumer, inFlight: new Set(), on: null }
      subscribers.add(subscriber)
      const at = line
      // A line that is being opened subscribes everybody who is there; so does the next one.
      if (at) await subscribe(at, subscriber).catch(() => endLine(at, 'A subscription failed.'))
      return { stop: () => stop(subscriber) }
    },
    countParked: (topic) => count(topology.parked(topic)),
    countReady: (topic) => count(topology.queue(topic)),
    isUp: () => line !== null && !blocked,
    async close() {
      await Promise.all([...subscribers].map(stop))
      // A RabbitMQ that is gone never says goodbye.
      await within(silentMsMax, 'Closing RabbitMQ', connection.close()).catch(() => undefined)
    },
  }

  function count(queue: string): Promise<number> {
    requireLine()
    const asked = connection.ask(async (channel) => (await channel.checkQueue(queue)).messageCount)
    return within(silentMsMax, `Looking at ${queue}`, asked)
  }
}
