import type { EventId, TenantId } from '@eventpass/domain'
import { expect, test } from 'vitest'
import { consumeNotifications } from '../notifications/consume-notifications.ts'
import { consumeOrders } from '../orders/expire-orders.ts'
import { openTenant, type World } from '../tenancy/world.contract.ts'
import { type Broker, type Consumer, type Message, topics } from './broker.ts'
import { consumeOutbox } from './consume-outbox.ts'
import type { OutboxStore } from './outbox-store.ts'
import { relayOutbox } from './relay-outbox.ts'

export interface OutboxWorld extends World {
  readonly outbox: OutboxStore
  /** What people outside are to hear of, in the order in which it happened. */
  readonly findNotifications: (
    tenant: TenantId,
    event: EventId,
  ) => Promise<readonly { readonly kind: string; readonly subject: string }[]>
}

/** Hands this tenant's rows of a topic to its consumer, each twice, whatever their delay. */
export async function consumeOutboxOf(
  { deps, outbox }: OutboxWorld,
  tenant: TenantId,
  topic: 'orders' | 'notifications',
): Promise<() => Promise<void>> {
  const given: Consumer[] = []
  const broker = {
    consume: async (_: unknown, consumer: Consumer) => {
      given.push(consumer)
      return { stop: async () => {} }
    },
  } as unknown as Broker
  const consume = topic === 'orders' ? consumeOrders : consumeNotifications
  await consume({ ...deps, broker, isDatabaseAway: () => false, warn: () => {} })
  const messages: Message[] = []
  return async () => {
    await outbox.relay(tenant, 100, async ({ row, topic: of }) => {
      if (of !== topic) return
      messages.push({ id: row, body: JSON.stringify({ tenant, row }) })
    })
    for (const message of messages.splice(0)) {
      await given[0]?.handle(message)
      await given[0]?.handle(message)
    }
  }
}

/** Rows from the change that they tell of to the effect that they ask for, over real stores. */
export function outboxContract(open: () => OutboxWorld): void {
  const openOutbox = async () => {
    const world = open()
    const owner = await openTenant(world)
    const { tenant } = await (await owner.call()).accounts.me()
    const enqueue = (count: number, delayMs = 0) =>
      world.deps.tx(tenant, async ({ outbox }) => {
        const keys = Array.from({ length: count }, (_, n) => ({ n }))
        await outbox.enqueue(keys.map((key) => ({ topic: 'orders' as const, key, delayMs })))
      })
    const sent: Message[] = []
    const relay = () => relayOutbox({ outbox: world.outbox, broker: collectorOf(tenant, sent) })
    return { ...world, tenant, owner, enqueue, relay, sent }
  }

  test('[OB1] what a transaction wrote is handed over once it is committed, and not when it fails', async () => {
    const { deps, tenant, enqueue, relay, sent } = await openOutbox()
    const failing = deps.tx(tenant, async ({ outbox }) => {
      await outbox.enqueue([{ topic: 'orders', key: { n: 1 }, delayMs: 0 }])
      throw new Error('changed my mind')
    })
    await expect(failing).rejects.toThrow('changed my mind')
    await relay()
    expect(sent).toEqual([])
    await enqueue(1)
    await relay()
    await relay()
    expect(sent).toHaveLength(1)
    expect(sent[0]?.body).toBe(
      JSON.stringify({ tenant, row: String(sent[0]?.id).slice(tenant.length + 1) }),
    )
  })

  test('[OB2] relays that work at the same time hand no row over twice', async () => {
    const { enqueue, relay, sent } = await openOutbox()
    await enqueue(450)
    const passes = await Promise.all([relay(), relay(), relay()])
    expect(passes.some(({ more }) => more)).toBe(true)
    await relay()
    await relay()
    expect(sent).toHaveLength(450)
    expect(new Set(sent.map(({ id }) => id)).size).toBe(450)
  })

  test('[OB3] what the broker refuses goes on waiting; what it took does not come again', async () => {
    const { outbox, tenant, enqueue, relay, sent } = await openOutbox()
    await enqueue(3)
    const took: string[] = []
    const refusing = relayOutbox({
      outbox,
      broker: {
        publish: async (_, { id }) => {
          if (!id.startsWith(tenant)) return
          if (took.length === 2) throw new Error('full')
          took.push(id)
        },
      },
    })
    await expect(refusing).rejects.toThrow('full')
    expect(took).toHaveLength(2)
    await relay()
    expect(sent.map(({ id }) => id).filter((id) => took.includes(id))).toEqual([])
    expect(sent).toHaveLength(1)
  })

  test('[OB4] a repeat has no effect, and an effect that fails leaves its row for the next try', async () => {
    const { deps, tenant, enqueue, relay, sent } = await openOutbox()
    const effects: unknown[] = []
    let fails = true
    const consumer = await consumerOf(deps, async (key) => {
      if (fails) throw new Error('not yet')
      effects.push(key)
    })
    await enqueue(1)
    await relay()
    const [message] = sent
    if (!message) throw new Error('The relay handed nothing over.')
    await expect(consumer.handle(message)).rejects.toThrow('not yet')
    fails = false
    // Two copies at once, on two workers, and one long after.
    await Promise.all([consumer.handle(message), consumer.handle(message)])
    expect(await consumer.handle(message)).toBe('done')
    expect(effects).toEqual([{ n: 0 }])
    const stranger = { id: message.id, body: message.body.replace(tenant, crypto.randomUUID()) }
    expect(await consumer.handle(stranger)).toBe('done')
    expect(effects).toHaveLength(1)
  })

  test('[OB4] where the database is away the message waits; a message that cannot be read is a fault', async () => {
    const { deps, enqueue, relay, sent } = await openOutbox()
    const away = Object.assign(new Error('terminating connection'), { code: '57P01' })
    const consumer = await consumerOf(deps, async () => {
      throw new Error('Failed query', { cause: away })
    })
    await enqueue(1)
    await relay()
    const [message] = sent
    if (!message) throw new Error('The relay handed nothing over.')
    expect(await consumer.handle(message)).toBe('later')
    await expect(consumer.handle({ id: 'x', body: '{"tenant":1}' })).rejects.toThrow()
    await expect(consumer.handle({ id: 'x', body: 'no JSON' })).rejects.toThrow()
    await consumer.onParked({ id: 'x', body: 'no JSON' }, 'poison')
  })

  test('[OB5] a row that had no effect is handed over again, ten times in all; then a person is asked', async () => {
    const { outbox, deps, enqueue, relay, sent } = await openOutbox()
    await enqueue(1)
    await relay()
    await outbox.reopen(3_600_000)
    await relay()
    expect(sent).toHaveLength(1)
    for (let n = 2; n <= 10; n += 1) {
      await outbox.reopen(-1_000)
      await relay()
      expect(sent).toHaveLength(n)
    }
    await outbox.reopen(-1_000)
    await relay()
    await outbox.reopen(-1_000)
    await relay()
    expect(sent).toHaveLength(10)
    const consumer = await consumerOf(deps, async () => {
      throw new Error('a parked row is nobody else’s')
    })
    expect(await consumer.handle(sent[0] as Message)).toBe('done')
  })

  test('[OB5] a parked row is handed over no more', async () => {
    const { outbox, deps, enqueue, relay, sent } = await openOutbox()
    const consumer = await consumerOf(deps, async () => {})
    await enqueue(1)
    await relay()
    await consumer.onParked(sent[0] as Message, 'Error: poison')
    await outbox.reopen(-1_000)
    await relay()
    expect(sent).toHaveLength(1)
  })

  test('[OB8] what is parked is counted and told with its cause, and handed over again when a person says so', async () => {
    const { outbox, deps, tenant, owner, enqueue, relay, sent } = await openOutbox()
    const before = (await outbox.countParked()).get('orders') ?? 0
    const consumer = await consumerOf(deps, async () => {})
    await enqueue(2)
    await relay()
    await consumer.onParked(sent[0] as Message, 'Error: poison')
    expect((await outbox.countParked()).get('orders')).toBe(before + 1)
    const caller = await owner.call()
    expect(await caller.parked.list()).toMatchObject([{ topic: 'orders', cause: 'Error: poison' }])

    expect(await caller.parked.retry()).toEqual({ retried: 1 })
    expect(await caller.parked.retry()).toEqual({ retried: 0 })
    expect((await outbox.countParked()).get('orders') ?? 0).toBe(before)
    await relay()
    expect(sent.map(({ id }) => id)).toEqual([sent[0]?.id, sent[1]?.id, sent[0]?.id])
    expect(await consumer.handle(sent[2] as Message)).toBe('done')
    expect(await caller.parked.list()).toEqual([])
    expect(await deps.tx(tenant, (tx) => tx.outbox.findParked(10))).toEqual([])
  })

  test('[OB6] a delay counts from when the row was written', async () => {
    const { outbox, tenant, enqueue } = await openOutbox()
    await enqueue(1, 600_000)
    const delays: number[] = []
    await outbox.relay(tenant, 10, async ({ delayMs }) => void delays.push(delayMs))
    expect(delays).toEqual([600_000])
    // Not due yet, so nothing is missing of it; of the other row that was handed over it is.
    await enqueue(1)
    await outbox.relay(tenant, 10, async () => {})
    await outbox.reopen(-1_000)
    const again: number[] = []
    await outbox.relay(tenant, 10, async ({ delayMs }) => void again.push(delayMs))
    expect(again).toEqual([0])
    await enqueue(1, 1)
    await new Promise((resolve) => setTimeout(resolve, 5))
    await outbox.relay(tenant, 10, async ({ delayMs }) => void delays.push(delayMs))
    expect(delays).toEqual([600_000, 0])
  })
}

/** Takes what is published and keeps what is this tenant's: tests share one database. */
function collectorOf(tenant: TenantId, sent: Message[]): Pick<Broker, 'publish'> {
  return {
    publish: async (topic, message) => {
      expect(topics).toContain(topic)
      if (message.id.startsWith(tenant)) sent.push(message)
    },
  }
}

/** What `consumeOutbox` gives to the broker. */
async function consumerOf(
  deps: OutboxWorld['deps'],
  effect: (key: unknown) => Promise<void>,
): Promise<Consumer> {
  const given: Consumer[] = []
  const broker = {
    consume: async (_: unknown, consumer: Consumer) => {
      given.push(consumer)
      return { stop: async () => {} }
    },
  } as unknown as Broker
  await consumeOutbox(
    {
      tx: deps.tx,
      broker,
      isDatabaseAway: (error) =>
        error instanceof Error && error.cause instanceof Error && 'code' in error.cause,
      warn: () => {},
    },
    'orders',
    async (_, __, key) => {
      await effect(key)
      return () => {}
    },
  )
  const [consumer] = given
  if (!consumer) throw new Error('Nothing was consumed.')
  return consumer
}
