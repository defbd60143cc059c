import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createRateLimiter, type RateLimiter } from '@eventpass/api'
import { Redis } from 'ioredis'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { rateLimiterContract } from './rate-limiter.contract.ts'
import { createRedisRateLimiter } from './redis-rate-limiter.ts'

const url = process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:6379'
const testPrefix = process.env.TEST_REDIS_PREFIX ?? 'eventpass_test:'
const endings: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const end of endings.splice(0)) await end()
})

const inProcess = () => createRateLimiter({ now: () => performance.now() })

/** Nothing may be counted outside Redis here, however slow this machine is. */
async function inRedis(prefix = testPrefix) {
  const own: RateLimiter = { take: () => Promise.reject(new Error('not in Redis')) }
  const limits = createRedisRateLimiter({ url, prefix, own, waitMsMax: 30_000, warn: () => {} })
  endings.push(limits.close)
  await vi.waitFor(() => expect(limits.isUp()).toBe(true), 10_000)
  return limits
}

describe('in process', () => rateLimiterContract(inProcess))
describe('in Redis', () => rateLimiterContract(() => inRedis()))

test('two nodes keep one rate limit together', async () => {
  const [one, two] = [await inRedis(), await inRedis()]
  const key = randomUUID()
  expect(await one.take(key, 2, 60_000)).toBe(true)
  expect(await two.take(key, 2, 60_000)).toBe(true)
  expect([await one.take(key, 2, 60_000), await two.take(key, 2, 60_000)]).toEqual([false, false])
})

test('Redis keeps neither the name in a rate limit’s key, nor the key beyond its window', async () => {
  const prefix = `${testPrefix}${randomUUID()}:`
  const limits = await inRedis(prefix)
  const redis = new Redis(url)
  endings.push(() => redis.quit())
  const person = `${randomUUID()}@example.org`
  await limits.take(`signin:${person}`, 1, 60_000)
  const keys = await redis.keys(`${prefix}rate:*`)
  expect(keys).toHaveLength(1)
  expect(keys.join()).not.toContain(person)
  const leftMs = await redis.pttl(keys[0] ?? '')
  expect(leftMs).toBeGreaterThan(0)
  expect(leftMs).toBeLessThanOrEqual(60_000)
})

test('while Redis is gone, or hangs, a node keeps its rate limits itself', async () => {
  const sockets: Socket[] = []
  const hung = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1')
  await once(hung, 'listening')
  endings.push(() => {
    for (const socket of sockets) socket.destroy()
    hung.close()
  })
  const { port } = hung.address() as AddressInfo
  for (const away of ['redis://127.0.0.1:1', `redis://127.0.0.1:${port}`]) {
    const limits = createRedisRateLimiter({
      url: away,
      prefix: testPrefix,
      own: inProcess(),
      warn: () => {},
    })
    endings.push(limits.close)
    const taken = []
    for (let at = 0; at < 5; at += 1) taken.push(await limits.take('k', 3, 60_000))
    expect(taken).toEqual([true, true, true, false, false])
  }
})
