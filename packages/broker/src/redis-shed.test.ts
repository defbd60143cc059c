import { shedContract } from '@eventpass/api/testing'
import { afterEach, vi } from 'vitest'
import { createRedisShed, type RedisShed } from './redis-shed.ts'

const url = process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:6379'
const prefix = process.env.TEST_REDIS_PREFIX ?? 'eventpass_test:'
let shed: RedisShed | null = null
afterEach(() => shed?.close())

shedContract(async (waitMsMax) => {
  const opened = createRedisShed({ url, prefix, waitMsMax, warn: () => {} })
  shed = opened
  await vi.waitFor(() => {
    if (!opened.isUp()) throw new Error('Redis is not connected yet.')
  })
  return opened
})
