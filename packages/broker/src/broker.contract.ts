import { attemptsMax, type Broker, type Message } from '@eventpass/api'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

/** What every broker promises; run by the in-process twin and by RabbitMQ. */
export function brokerContract(open: () => Promise<Broker>): void {
  let broker: Broker
  beforeEach(async () => {
    broker = await open()
  })
  afterEach(() => broker.close())

  const message = (id: string): Message => ({ id, body: JSON.stringify({ id }) })

  test('[BR1] a published message reaches a consumer that came later', async () => {
    await broker.publish('reconcile', message('a'))
    const got: Message[] = []
    await broker.consume('reconcile', async (m) => void got.push(m))
    await vi.waitFor(() => expect(got).toEqual([message('a')]), { timeout: 5_000 })
  })

  test('[BR2] consumers of one topic compete: each message is handled by one of them', async () => {
    const got: string[] = []
    const take = async (m: Message) => void got.push(m.id)
    await broker.consume('reconcile', take)
    await broker.consume('reconcile', take)
    const ids = Array.from({ length: 40 }, (_, at) => `m${at}`)
    await Promise.all(ids.map((id) => broker.publish('reconcile', message(id))))
    await vi.waitFor(() => expect([...got].sort()).toEqual([...ids].sort()), { timeout: 5_000 })
  })

  test('[BR3] a handler that fails sees the message again and others are not held up', async () => {
    const seen: string[] = []
    await broker.consume('reconcile', async (m) => {
      seen.push(m.id)
      if (m.id === 'bad' && seen.filter((id) => id === 'bad').length < 3) throw new Error('not yet')
    })
    await broker.publish('reconcile', message('bad'))
    await broker.publish('reconcile', message('good'))
    await vi.waitFor(() => expect([...seen].sort()).toEqual(['bad', 'bad', 'bad', 'good']), {
      timeout: 10_000,
    })
    expect(await broker.countParked('reconcile')).toBe(0)
  })

  test('[BR4] a message that always fails is parked, never dropped and never looped', async () => {
    let tries = 0
    await broker.consume('reconcile', async () => {
      tries += 1
      throw new Error('poison')
    })
    await broker.publish('reconcile', message('poison'))
    await vi.waitFor(async () => expect(await broker.countParked('reconcile')).toBe(1), {
      timeout: 15_000,
    })
    expect(tries).toBe(attemptsMax)
  })

  test('[BR5] stop waits for what is in flight and takes nothing more', async () => {
    let finish = () => {}
    const held = new Promise<void>((resolve) => {
      finish = resolve
    })
    const got: string[] = []
    const subscription = await broker.consume('reconcile', async (m) => {
      await held
      got.push(m.id)
    })
    await broker.publish('reconcile', message('first'))
    await vi.waitFor(() => expect(broker.isUp()).toBe(true))
    const stopped = subscription.stop()
    await broker.publish('reconcile', message('second'))
    finish()
    await stopped
    const later: string[] = []
    await broker.consume('reconcile', async (m) => void later.push(m.id))
    await vi.waitFor(() => expect([...got, ...later].sort()).toEqual(['first', 'second']), {
      timeout: 5_000,
    })
  })

  test('[BR6] a message over the limit is refused at the source', async () => {
    const huge = { id: 'huge', body: 'x'.repeat(300_000) }
    await expect(broker.publish('reconcile', huge)).rejects.toThrow('Split it')
  })
}
