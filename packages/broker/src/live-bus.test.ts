import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createInProcessLiveBus } from './in-process-live-bus.ts'
import { liveBusContract } from './live-bus.contract.ts'
import { createRedisLiveBus } from './redis-live-bus.ts'

const url = process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:6379'
const run = process.env.TEST_REDIS_PREFIX ?? 'eventpass_test:'
const warn = () => undefined

describe('in process', () => {
  liveBusContract(async () => {
    const bus = createInProcessLiveBus()
    return { worker: bus, node: bus }
  })
})

describe('over Redis', () => {
  liveBusContract(async () => {
    const prefix = `${run}${randomBytes(6).toString('hex')}:`
    const open = () => createRedisLiveBus({ url, prefix, warn })
    return { worker: await open(), node: await open() }
  })

  test('[BR10] without Redis the process still starts, and wakes its own waiters', async () => {
    const bus = await createRedisLiveBus({ url: 'redis://127.0.0.1:1', prefix: run, warn })
    const woken = bus.nextChange('e' as never, 30_000, new AbortController().signal)
    bus.announce('e' as never)
    await woken
    expect(await bus.close()).toBeUndefined()
  })
})
