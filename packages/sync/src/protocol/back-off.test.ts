import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  askedDelayMs,
  pollDelayMs,
  pollMs,
  retryDelayMs,
  retryMsMax,
  retryMsMin,
} from './back-off.ts'
import { delayOf } from './sync-loop.ts'

const failures = fc.integer({ min: 1, max: 100_000 })
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

test('[SY6] a wait is never shorter than half a second nor longer than its maximum', () => {
  fc.assert(
    fc.property(failures, random, (count, jitter) => {
      const ms = retryDelayMs(count, jitter)
      expect(ms).toBeGreaterThanOrEqual(retryMsMin / 2)
      expect(ms).toBeLessThanOrEqual(retryMsMax)
    }),
  )
})

test('[SY6] waits double while nothing answers, and start over once something does', () => {
  expect([1, 2, 3, 4, 5, 6, 7].map((count) => retryDelayMs(count, 0))).toEqual([
    1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000,
  ])
  const lost = { ok: false, failure: { kind: 'unreachable' } } as const
  expect(delayOf(lost, 4, 0)).toBe(8_000)
  expect(delayOf({ ok: true, value: undefined }, 0, 0)).toBe(pollMs)
})

test('[SY6] two tablets that lost the same line do not come back together', () => {
  fc.assert(
    fc.property(failures, random, random, (count, a, b) => {
      fc.pre(Math.abs(a - b) > 0.01)
      expect(retryDelayMs(count, a)).not.toBe(retryDelayMs(count, b))
      expect(pollDelayMs(a)).not.toBe(pollDelayMs(b))
    }),
  )
})

test('[SY6] what a node asks for is kept within bounds, and jittered upwards', () => {
  fc.assert(
    fc.property(fc.integer(), random, (retryMs, jitter) => {
      const ms = askedDelayMs(retryMs, jitter)
      expect(ms).toBeGreaterThanOrEqual(retryMsMin)
      expect(ms).toBeLessThanOrEqual(retryMsMax * 1.5)
    }),
  )
  const busy = { ok: false, failure: { kind: 'busy', retryMs: 12_000 } } as const
  expect(delayOf(busy, 9, 0)).toBe(12_000)
})
