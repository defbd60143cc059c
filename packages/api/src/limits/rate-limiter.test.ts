import { expect, test } from 'vitest'
import { createRateLimiter, rateKeysMax } from './rate-limiter.ts'

test('a key is let through so often in a window, and again in the next', async () => {
  let nowMs = 0
  const limits = createRateLimiter({ now: () => nowMs })
  const take = () => limits.take('k', 2, 1_000)
  expect([await take(), await take(), await take()]).toEqual([true, true, false])
  nowMs = 999
  expect(await take()).toBe(false)
  nowMs = 1_000
  expect(await take()).toBe(true)
  expect(await limits.take('other', 1, 1_000)).toBe(true)
})

test('invented keys push out the longest unused, never one that is in use', async () => {
  const limits = createRateLimiter({ now: () => 0 })
  await limits.take('mine', 1, 1_000)
  for (let at = 0; at < rateKeysMax + 10; at += 1) {
    await limits.take(`k${at}`, 1, 1_000)
    if (at % 1_000 === 0) await limits.take('mine', 1, 1_000)
  }
  expect(await limits.take('mine', 1, 1_000)).toBe(false)
  expect(await limits.take('k0', 1, 1_000)).toBe(true)
})
