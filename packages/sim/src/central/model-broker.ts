import type { Broker, Consumer, Message, Topic } from '@eventpass/api'
import type { Random } from '../kernel/random.ts'
import type { VirtualTime } from '../kernel/virtual-time.ts'

const retryMs = 500

/** A broker as RabbitMQ promises to be: at least once, in no order, kept when its consumers die. */
export function createModelBroker(time: VirtualTime, random: Random) {
  const handlers = new Map<Topic, Consumer>()
  const unsettled = new Map<number, { readonly topic: Topic; readonly message: Message }>()
  let published = 0
  let stopped = {}

  const deliver = (no: number, life: object) => {
    const delivery = unsettled.get(no)
    const consumer = delivery && handlers.get(delivery.topic)
    if (!delivery || !consumer || life !== stopped) return
    consumer.handle(delivery.message).then(
      (handled) => {
        if (life !== stopped) return
        if (handled === 'done') unsettled.delete(no)
        else time.after(retryMs, () => deliver(no, life))
      },
      () => time.after(retryMs, () => deliver(no, life)),
    )
  }
  const deliverSoon = (no: number) => {
    const life = stopped
    time.after(random.int(0, random.chance(0.1) ? 2_000 : 30), () => deliver(no, life))
  }

  const broker: Broker = {
    async publish(topic, message) {
      for (
        const copies = random.chance(0.05) ? 2 : 1, from = published;
        published < from + copies;
      ) {
        published += 1
        unsettled.set(published, { topic, message })
        deliverSoon(published)
      }
    },
    async consume(topic, consumer) {
      handlers.set(topic, consumer)
      return { stop: async () => void handlers.delete(topic) }
    },
    countParked: async () => 0,
    countReady: async () => 0,
    isUp: () => true,
    close: async () => undefined,
  }
  return {
    broker,
    countUnsettled: () => unsettled.size,
    /** The consumers died: what they had not settled comes again to those that start next. */
    restartConsumers() {
      stopped = {}
      handlers.clear()
    },
    redeliver() {
      for (const no of unsettled.keys()) deliverSoon(no)
    },
  }
}
