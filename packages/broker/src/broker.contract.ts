import { attemptsMax, type Broker, type Handled, type Message } from '@eventpass/api'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

const soon = { timeout: 15_000 }

/** What every broker promises; run by the in-process twin and by RabbitMQ. */
export function brokerContract(open: () => Promise<Broker>): void {
  let broker: Broker
  beforeEach(async () => {
    broker = await open()
  })
  afterEach(() => broker.close())

  const message = (id: string): Message => ({ id, body: JSON.stringify({ id }) })
  const parked: { id: string; cause: string }[] = []
  beforeEach(() => void parked.splice(0))
  const consume = (handle: (message: Message) => Promise<Handled>) =>
    broker.consume('reconcile', {
      handle,
      onParked: async ({ id }, cause) => void parked.push({ id, cause }),
    })
  const collect = (got: string[]) =>
    consume(async ({ id }) => {
      got.push(id)
      return 'done'
    })

  test('[BR1] a published message reaches a consumer that came later, and no other topic', async () => {
    await broker.publish('orders', message('other'))
    await broker.publish('reconcile', message('a'))
    const got: Message[] = []
    await consume(async (m) => {
      got.push(m)
      return 'done'
    })
    await vi.waitFor(() => expect(got).toEqual([message('a')]), soon)
    await vi.waitFor(async () => expect(await broker.countReady('orders')).toBe(1), soon)
  })

  test('[BR2] consumers of one topic compete: each message is handled by one of them', async () => {
    const got: string[] = []
    await collect(got)
    await collect(got)
    const ids = Array.from({ length: 40 }, (_, at) => `m${at}`)
    await Promise.all(ids.map((id) => broker.publish('reconcile', message(id))))
    await vi.waitFor(() => expect([...got].sort()).toEqual([...ids].sort()), soon)
  })

  test('[BR3] a handler that fails sees the message again and others are not held up', async () => {
    const seen: string[] = []
    await consume(async ({ id }) => {
      seen.push(id)
      if (id === 'bad' && seen.filter((one) => one === 'bad').length < 3) throw new Error('not yet')
      return 'done'
    })
    await broker.publish('reconcile', message('bad'))
    await broker.publish('reconcile', message('good'))
    await vi.waitFor(() => expect([...seen].sort()).toEqual(['bad', 'bad', 'bad', 'good']), soon)
    expect(await broker.countParked('reconcile')).toBe(0)
  })

  test('[BR4] a message that always fails is parked with its cause, never dropped and never looped', async () => {
    let tries = 0
    await consume(async () => {
      tries += 1
      throw new Error('poison')
    })
    await broker.publish('reconcile', message('poison'))
    await vi.waitFor(async () => expect(await broker.countParked('reconcile')).toBe(1), soon)
    await vi.waitFor(() => expect(parked).toEqual([{ id: 'poison', cause: 'Error: poison' }]), soon)
    expect(tries).toBe(attemptsMax)
    expect(await broker.countReady('reconcile')).toBe(0)
  })

  test('[BR5] stop waits for what is in flight and takes nothing more', async () => {
    let finish = () => {}
    const held = new Promise<void>((resolve) => {
      finish = resolve
    })
    const began: string[] = []
    const ended: string[] = []
    const subscription = await consume(async ({ id }) => {
      began.push(id)
      await held
      ended.push(id)
      return 'done'
    })
    await broker.publish('reconcile', message('first'))
    await vi.waitFor(() => expect(began).toEqual(['first']), soon)
    let stopped = false
    const stopping = subscription.stop().then(() => {
      stopped = true
    })
    await broker.publish('reconcile', message('second'))
    await vi.waitFor(async () => expect(await broker.countReady('reconcile')).toBe(1), soon)
    expect(stopped).toBe(false)
    finish()
    await stopping
    expect(ended).toEqual(['first'])
    const later: string[] = []
    await collect(later)
    await vi.waitFor(() => expect(later).toEqual(['second']), soon)
    expect(ended).toEqual(['first'])
  })

  test('[BR6] a message over the limit, or with a delay beyond it, is refused at the source', async () => {
    const huge = { id: 'huge', body: 'ä'.repeat(150_000) }
    await expect(broker.publish('reconcile', huge)).rejects.toThrow('Split it')
    await expect(broker.publish('reconcile', message('a'), 2 ** 40)).rejects.toThrow('up to')
    await expect(broker.publish('reconcile', message('a'), -1)).rejects.toThrow('up to')
  })

  test('[BR7] a message with a delay comes once the delay has passed, and holds up no other', async () => {
    const got: string[] = []
    await collect(got)
    const fromMs = performance.now()
    await broker.publish('reconcile', message('late'), 300)
    await broker.publish('reconcile', message('now'))
    await vi.waitFor(() => expect(got).toEqual(['now', 'late']), soon)
    // Timers of two processes: a few ms of difference are no fault.
    expect(performance.now() - fromMs).toBeGreaterThan(280)
  })

  test('[BR8] what waits for the world is tried for as long as it takes and never parked', async () => {
    let tries = 0
    await consume(async () => {
      tries += 1
      return tries <= attemptsMax + 1 ? 'later' : 'done'
    })
    await broker.publish('reconcile', message('patient'))
    await vi.waitFor(() => expect(tries).toBe(attemptsMax + 2), soon)
    expect(await broker.countParked('reconcile')).toBe(0)
    expect(parked).toEqual([])
  })

  test('[BR5] closing waits for what is in flight', async () => {
    let finish = () => {}
    const held = new Promise<void>((resolve) => {
      finish = resolve
    })
    const ended: string[] = []
    const own = await open()
    let began = false
    await own.consume('orders', {
      handle: async ({ id }) => {
        began = true
        await held
        ended.push(id)
        return 'done'
      },
      onParked: async () => {},
    })
    await own.publish('orders', message('last'))
    await vi.waitFor(() => expect(began).toBe(true), soon)
    const closing = own.close()
    finish()
    await closing
    expect(ended).toEqual(['last'])
    expect(own.isUp()).toBe(false)
    await expect(own.publish('orders', message('after'))).rejects.toThrow()
  })
}
