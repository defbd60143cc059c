import {
  attemptsMax,
  type Broker,
  type Consumer,
  describeCause,
  type Message,
  queueLengthMax,
  type Subscription,
  type Topic,
} from '@eventpass/api'
import { assertPublishable } from './message-size.ts'

interface Queue {
  readonly ready: Delivery[]
  readonly parked: Message[]
  readonly workers: Worker[]
  /** Messages that wait for their time, beside those that are ready. */
  waiting: number
}

interface Delivery {
  readonly message: Message
  readonly attempts: number
}

interface Worker {
  readonly consumer: Consumer
  inFlight: Promise<void> | null
}

export interface InProcessBrokerOptions {
  /** Pause before the second attempt, in ms; it doubles each time. */
  readonly retryDelayMs: number
  /** Messages that wait in one queue at most, by default the port's limit. */
  readonly lengthMax?: number
}

/**
 * The twin of RabbitMQ for one process: the same promises, held in memory.
 *
 * Losing it with the process loses no work: an outbox row lives until its effect, and whoever opens
 * this broker lets the rows of its predecessor wait again.
 */
export function createInProcessBroker({
  retryDelayMs,
  lengthMax = queueLengthMax,
}: InProcessBrokerOptions): Broker {
  const queues = new Map<Topic, Queue>()
  const timers = new Set<NodeJS.Timeout>()
  let open = true

  const queueOf = (topic: Topic) => {
    const queue = queues.get(topic) ?? { ready: [], parked: [], workers: [], waiting: 0 }
    queues.set(topic, queue)
    return queue
  }

  const readyAfter = (ms: number, queue: Queue, delivery: Delivery) => {
    queue.waiting += 1
    const timer = setTimeout(() => {
      timers.delete(timer)
      queue.waiting -= 1
      queue.ready.push(delivery)
      pump(queue)
    }, ms)
    timers.add(timer)
  }
  const pauseBefore = (attempt: number) => retryDelayMs * 2 ** (attempt - 1)

  const settle = async (queue: Queue, consumer: Consumer, delivery: Delivery) => {
    const { message, attempts } = delivery
    try {
      if ((await consumer.handle(message)) === 'done' || !open) return
      readyAfter(pauseBefore(attemptsMax - 1), queue, delivery)
    } catch (error) {
      const next = attempts + 1
      if (next < attemptsMax) {
        if (open) readyAfter(pauseBefore(next), queue, { message, attempts: next })
        return
      }
      queue.parked.push(message)
      await consumer.onParked(message, describeCause(error))
    }
  }

  const pump = (queue: Queue) => {
    for (const worker of queue.workers) {
      if (worker.inFlight) continue
      const delivery = queue.ready.shift()
      if (!delivery) return
      worker.inFlight = settle(queue, worker.consumer, delivery).finally(() => {
        worker.inFlight = null
        pump(queue)
      })
    }
  }

  return {
    publish: async (topic, message, delayMs = 0) => {
      if (!open) throw new Error('The broker is closed. Start the process again.')
      assertPublishable(message, delayMs)
      const queue = queueOf(topic)
      if (queue.ready.length + queue.waiting >= lengthMax) {
        throw new Error(`${lengthMax} messages wait on ${topic}; the outbox keeps the rest.`)
      }
      const delivery = { message, attempts: 0 }
      if (delayMs > 0) readyAfter(delayMs, queue, delivery)
      else queue.ready.push(delivery)
      pump(queue)
    },
    consume: async (topic, consumer): Promise<Subscription> => {
      const queue = queueOf(topic)
      const worker: Worker = { consumer, inFlight: null }
      queue.workers.push(worker)
      pump(queue)
      return {
        stop: async () => {
          const at = queue.workers.indexOf(worker)
          if (at >= 0) queue.workers.splice(at, 1)
          await worker.inFlight
        },
      }
    },
    countParked: async (topic) => queueOf(topic).parked.length,
    countReady: async (topic) => queueOf(topic).ready.length,
    isUp: () => open,
    close: async () => {
      open = false
      for (const timer of timers) clearTimeout(timer)
      const workers = [...queues.values()].flatMap((queue) => queue.workers.splice(0))
      await Promise.all(workers.map((worker) => worker.inFlight))
    },
  }
}
