import {
  attemptsMax,
  type Broker,
  type Message,
  messageBytesMax,
  type Subscription,
  type Topic,
} from '@eventpass/api'

interface Queue {
  readonly ready: Delivery[]
  readonly parked: Message[]
  readonly consumers: Consumer[]
}

interface Delivery {
  readonly message: Message
  readonly attempts: number
}

interface Consumer {
  readonly handle: (message: Message) => Promise<void>
  inFlight: Promise<void> | null
}

export interface InProcessBrokerOptions {
  /** Pause before the second attempt, in ms; it doubles each time. */
  readonly retryDelayMs: number
}

/**
 * The twin of RabbitMQ for one process: the same promises, held in memory.
 *
 * Losing it with the process loses no work, because the outbox rows are in the
 * database until their effect is, and the sweep publishes them again.
 */
export function createInProcessBroker({ retryDelayMs }: InProcessBrokerOptions): Broker {
  const queues = new Map<Topic, Queue>()
  const timers = new Set<NodeJS.Timeout>()
  let open = true

  const queueOf = (topic: Topic) => {
    const queue = queues.get(topic) ?? { ready: [], parked: [], consumers: [] }
    queues.set(topic, queue)
    return queue
  }

  const later = (queue: Queue, delivery: Delivery) => {
    const timer = setTimeout(
      () => {
        timers.delete(timer)
        queue.ready.push(delivery)
        pump(queue)
      },
      retryDelayMs * 2 ** (delivery.attempts - 1),
    )
    timers.add(timer)
  }

  const deliver = async (queue: Queue, consumer: Consumer, delivery: Delivery) => {
    try {
      await consumer.handle(delivery.message)
    } catch {
      const attempts = delivery.attempts + 1
      if (attempts >= attemptsMax) queue.parked.push(delivery.message)
      else if (open) later(queue, { message: delivery.message, attempts })
    }
    consumer.inFlight = null
    pump(queue)
  }

  const pump = (queue: Queue) => {
    for (const consumer of queue.consumers) {
      if (consumer.inFlight) continue
      const delivery = queue.ready.shift()
      if (!delivery) return
      consumer.inFlight = deliver(queue, consumer, delivery)
    }
  }

  return {
    publish: async (topic, message) => {
      if (!open) throw new Error('The broker is closed. Start the process again.')
      assertSize(message)
      const queue = queueOf(topic)
      queue.ready.push({ message, attempts: 0 })
      pump(queue)
    },
    consume: async (topic, handle): Promise<Subscription> => {
      const queue = queueOf(topic)
      const consumer: Consumer = { handle, inFlight: null }
      queue.consumers.push(consumer)
      pump(queue)
      return {
        stop: async () => {
          const at = queue.consumers.indexOf(consumer)
          if (at >= 0) queue.consumers.splice(at, 1)
          await consumer.inFlight
        },
      }
    },
    countParked: async (topic) => queueOf(topic).parked.length,
    isUp: () => open,
    close: async () => {
      open = false
      for (const timer of timers) clearTimeout(timer)
      const inFlight = [...queues.values()].flatMap((queue) => queue.consumers.splice(0))
      await Promise.all(inFlight.map((consumer) => consumer.inFlight))
    },
  }
}

/** Refused at the source: a queue that cannot carry a message must not half-carry it. */
export function assertSize(message: Message): void {
  if (message.body.length <= messageBytesMax) return
  throw new Error(
    `Message ${message.id} has ${message.body.length} characters; at most ${messageBytesMax} go into one. Split it.`,
  )
}
