/**
 * Goal: whatever dies between us and RabbitMQ, no message is lost, none is stuck and none loops.
 * Method: the contract, then faults made on purpose: lines that are cut or held, queues that are
 * deleted or declared by somebody else.
 */
import { attemptsMax, type Broker, topics } from '@eventpass/api'
import type { Channel } from 'amqplib'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { brokerContract } from './broker.contract.ts'
import { createRabbitBroker, type RabbitBrokerOptions } from './rabbit-broker.ts'
import { onChannel, openCutLine, testPrefix } from './rabbit-faults.fake.ts'
import { createTopology } from './rabbit-topology.ts'

const amqpUrl = process.env.TEST_AMQP_URL ?? 'amqp://guest:guest@127.0.0.1:5672'
const withChannel = <T>(work: (channel: Channel) => Promise<T>) => onChannel(amqpUrl, work)
const soon = { timeout: 20_000 }
const retryDelayMs = 20
let prefix = testPrefix()
const opened: Broker[] = []

async function open(options: Partial<RabbitBrokerOptions> = {}): Promise<Broker> {
  const broker = await createRabbitBroker({
    url: amqpUrl,
    retryDelayMs,
    prefix,
    warn: () => undefined,
    ...options,
  })
  opened.push(broker)
  await vi.waitFor(() => expect(broker.isUp()).toBe(true), soon)
  return broker
}

// Each test starts with no queue at all, which also proves that topology is declared by itself.
afterEach(async () => {
  for (const broker of opened.splice(0)) await broker.close()
  const { queue, parked, retry, exchange } = createTopology(prefix, retryDelayMs)
  await withChannel(async (channel) => {
    for (const topic of topics) {
      const retries = Array.from({ length: attemptsMax - 1 }, (_, at) => retry(topic, at + 1))
      const all = [queue(topic), parked(topic), ...retries, `${queue(topic)}.delay-300`]
      for (const name of all) await channel.deleteQueue(name)
    }
    await channel.deleteExchange(exchange)
  })
  prefix = testPrefix()
})

describe('the contract', () => brokerContract(() => open()))

const message = (id: string) => ({ id, body: '{}' })
const collect = (broker: Broker, got: string[]) =>
  broker.consume('reconcile', {
    handle: async ({ id }) => {
      got.push(id)
      return 'done'
    },
    onParked: async () => {},
  })

test('[BR9] a publication whose connection is cut fails, and the next one goes through', async () => {
  const line = await openCutLine(amqpUrl)
  const broker = await open({ url: line.url })
  const got: string[] = []
  await collect(broker, got)
  line.hold()
  const publishing = broker.publish('reconcile', message('lost'))
  const refused = expect(publishing).rejects.toThrow('did not take')
  line.cut()
  await refused
  await vi.waitFor(() => broker.publish('reconcile', message('next')), soon)
  await vi.waitFor(() => expect(got).toContain('next'), soon)
  await broker.close()
  await line.close()
})

test('[BR9] a broker that stays silent fails a publication in bounded time', async () => {
  const line = await openCutLine(amqpUrl)
  const broker = await open({ url: line.url, silentMsMax: 50 })
  line.hold()
  await expect(broker.publish('reconcile', message('unheard'))).rejects.toThrow('did not confirm')
  line.cut()
  await broker.close()
  await line.close()
})

test('[BR5] a stop after the connection died waits for what is in flight; its message comes again', async () => {
  const line = await openCutLine(amqpUrl)
  const broker = await open({ url: line.url })
  let finish = () => {}
  const held = new Promise<void>((resolve) => {
    finish = resolve
  })
  const began: string[] = []
  const subscription = await broker.consume('reconcile', {
    handle: async ({ id }) => {
      began.push(id)
      await held
      return 'done'
    },
    onParked: async () => {},
  })
  await broker.publish('reconcile', message('held'))
  await vi.waitFor(() => expect(began).toEqual(['held']), soon)
  line.cut()
  await vi.waitFor(() => expect(broker.isUp()).toBe(false), soon)
  let stopped = false
  const stopping = subscription.stop().then(() => {
    stopped = true
  })
  const got: string[] = []
  await collect(await open(), got)
  await vi.waitFor(() => expect(got).toEqual(['held']), soon)
  expect(stopped).toBe(false)
  finish()
  await stopping
  expect(began).toEqual(['held'])
  await broker.close()
  await line.close()
})

test('[BR9] where the retry queue is gone the message is neither lost nor stuck', async () => {
  const broker = await open()
  const { retry } = createTopology(prefix, retryDelayMs)
  let tries = 0
  await broker.consume('reconcile', {
    handle: async () => {
      tries += 1
      if (tries === 1) {
        await withChannel((channel) => channel.deleteQueue(retry('reconcile', 1)))
        throw new Error('not yet')
      }
      return 'done'
    },
    onParked: async () => {},
  })
  await broker.publish('reconcile', message('a'))
  await vi.waitFor(() => expect(tries).toBe(2), soon)
  await vi.waitFor(async () => expect(await broker.countReady('reconcile')).toBe(0), soon)
})

test('[BR9] a queue that somebody deleted is declared again, and its consumers go on', async () => {
  const broker = await open()
  const got: string[] = []
  await collect(broker, got)
  const { queue } = createTopology(prefix, retryDelayMs)
  await withChannel((channel) => channel.deleteQueue(queue('reconcile')))
  await vi.waitFor(() => broker.publish('reconcile', message('a')), soon)
  await vi.waitFor(() => expect(got).toEqual(['a']), soon)
})

test('[BR9] a queue that is there with other settings is told, and declared once it is gone', async () => {
  const { queue } = createTopology(prefix, retryDelayMs)
  await withChannel((channel) => channel.assertQueue(queue('reconcile'), { durable: true }))
  const told: string[] = []
  const opening = open({ warn: (sentence) => void told.push(sentence) })
  await vi.waitFor(() => expect(told.join()).toContain('PRECONDITION_FAILED'), soon)
  await withChannel((channel) => channel.deleteQueue(queue('reconcile')))
  await (await opening).publish('reconcile', message('a'))
})

test('[BR9] asking about a queue that is not there harms no consumer', async () => {
  const broker = await open()
  const { parked } = createTopology(prefix, retryDelayMs)
  const got: string[] = []
  await collect(broker, got)
  await withChannel((channel) => channel.deleteQueue(parked('reconcile')))
  await expect(broker.countParked('reconcile')).rejects.toThrow('NOT_FOUND')
  await broker.publish('reconcile', message('a'))
  await vi.waitFor(() => expect(got).toEqual(['a']), soon)
})

test('[BR4] a message whose consumers die of it is parked as well', async () => {
  const broker = await open()
  const { queue } = createTopology(prefix, retryDelayMs)
  await broker.publish('reconcile', message('deadly'))
  let deliveries = 0
  while ((await broker.countParked('reconcile')) === 0 && deliveries < 100) {
    // A consumer that dies with the message in hand: its channel closes, and nothing is acknowledged.
    await withChannel(async (channel) => {
      if (await channel.get(queue('reconcile'))) deliveries += 1
    })
  }
  expect(deliveries).toBeGreaterThan(attemptsMax)
  expect(deliveries).toBeLessThan(100)
})
