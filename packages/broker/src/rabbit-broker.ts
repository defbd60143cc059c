import {
  attemptsMax,
  type Broker,
  type Message,
  type Subscription,
  type Topic,
} from '@eventpass/api'
import { type ChannelModel, type ConfirmChannel, type ConsumeMessage, connect } from 'amqplib'
import { assertSize } from './in-process-broker.ts'
import { declareTopology, exchange, parkedName, queueName, retryName } from './rabbit-topology.ts'

const prefetchMax = 8
const attemptsHeader = 'x-attempts'
/** Names one publication, so that a returned (unroutable) one finds its caller. */
const publicationHeader = 'x-publication'

export interface RabbitBrokerOptions {
  readonly url: string
  /** Pause before the second attempt, in ms; it doubles each time. */
  readonly retryDelayMs: number
  /** Told of every lost connection and every parked message, in words. */
  readonly warn: (sentence: string) => void
}

interface Consumer {
  readonly topic: Topic
  readonly handle: (message: Message) => Promise<void>
  readonly inFlight: Set<Promise<void>>
  tag: string | null
}

/** RabbitMQ behind the port: quorum queues, publisher confirms, bounded retries, a parked queue. */
export async function createRabbitBroker(options: RabbitBrokerOptions): Promise<Broker> {
  const consumers = new Set<Consumer>()
  let channel: ConfirmChannel | null = null
  let closing = false
  let publications = 0

  /** Publications that the broker has not confirmed yet, by message id. */
  const unconfirmed = new Map<string, (error: Error) => void>()
  const failUnconfirmed = () => {
    const lost = new Error('RabbitMQ went away before it confirmed a message.')
    for (const reject of unconfirmed.values()) reject(lost)
    unconfirmed.clear()
  }

  const publishTo = (to: string, key: string, message: Message, headers: Record<string, unknown>) =>
    new Promise<void>((resolve, reject) => {
      if (!channel) {
        reject(new Error('RabbitMQ is not connected. The outbox keeps the message; try again.'))
        return
      }
      const publication = `${key} ${message.id} ${publications++}`
      unconfirmed.set(publication, reject)
      const properties = {
        messageId: message.id,
        persistent: true,
        mandatory: true,
        contentType: 'application/json',
        headers: { ...headers, [publicationHeader]: publication },
      }
      channel.publish(to, key, Buffer.from(message.body), properties, (error) => {
        unconfirmed.delete(publication)
        if (error) reject(error)
        else resolve()
      })
    })

  const settle = async (on: ConfirmChannel, consumer: Consumer, delivery: ConsumeMessage) => {
    const message = { id: String(delivery.properties.messageId), body: delivery.content.toString() }
    const attempts = Number(delivery.properties.headers?.[attemptsHeader] ?? 0)
    try {
      await consumer.handle(message)
    } catch (error) {
      const { topic } = consumer
      const cause = error instanceof Error ? error.message : String(error)
      const next = attempts + 1
      const parked = next >= attemptsMax
      const to = parked ? parkedName(topic) : retryName(topic, next)
      // Confirmed in its next queue before it leaves this one: a crash between repeats, never loses.
      await publishTo('', to, message, { [attemptsHeader]: next, 'x-cause': cause.slice(0, 500) })
      if (parked) options.warn(`Message ${message.id} on ${topic} is parked: ${cause}`)
    }
    on.ack(delivery)
  }

  const subscribe = async (on: ConfirmChannel, consumer: Consumer) => {
    const { consumerTag } = await on.consume(queueName(consumer.topic), (delivery) => {
      if (!delivery) return
      const work = settle(on, consumer, delivery).catch((error: unknown) => {
        // Unacknowledged: the broker gives it to the next connection.
        options.warn(`A message could not be settled and will come again: ${String(error)}`)
      })
      consumer.inFlight.add(work)
      work.finally(() => consumer.inFlight.delete(work))
    })
    consumer.tag = consumerTag
  }

  const connection = await connect(options.url, {
    recovery: {
      initialDelay: 200,
      maxDelay: 5_000,
      initialMaxRetries: 3,
      setup: async (model: ChannelModel) => {
        const fresh = await model.createConfirmChannel()
        fresh.on('error', (error: Error) =>
          options.warn(`RabbitMQ closed a channel: ${error.message}`),
        )
        fresh.on('close', () => {
          if (channel === fresh) channel = null
          failUnconfirmed()
        })
        fresh.on('return', (returned) => {
          const publication = String(returned.properties.headers?.[publicationHeader])
          unconfirmed.get(publication)?.(
            new Error(`RabbitMQ has no queue for ${publication}. Restart to declare it again.`),
          )
        })
        await fresh.prefetch(prefetchMax)
        await declareTopology(fresh, options.retryDelayMs)
        channel = fresh
        for (const consumer of consumers) await subscribe(fresh, consumer)
      },
    },
  })
  connection.on('disconnect', (error: Error | undefined) => {
    channel = null
    if (!closing) options.warn(`RabbitMQ is away, retrying: ${error?.message ?? 'closed'}`)
  })
  connection.on('error', () => undefined)

  return {
    publish: async (topic, message) => {
      assertSize(message)
      await publishTo(exchange, topic, message, {})
    },
    consume: async (topic, handle): Promise<Subscription> => {
      const consumer: Consumer = { topic, handle, inFlight: new Set(), tag: null }
      consumers.add(consumer)
      if (channel) await subscribe(channel, consumer)
      return {
        stop: async () => {
          consumers.delete(consumer)
          if (channel && consumer.tag) await channel.cancel(consumer.tag)
          await Promise.all(consumer.inFlight)
        },
      }
    },
    countParked: async (topic) => {
      if (!channel) throw new Error('RabbitMQ is not connected; ask again when it is.')
      return (await channel.checkQueue(parkedName(topic))).messageCount
    },
    isUp: () => channel !== null,
    close: async () => {
      closing = true
      await Promise.all([...consumers].flatMap((consumer) => [...consumer.inFlight]))
      await connection.close()
    },
  }
}
