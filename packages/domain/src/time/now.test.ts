/**
 * Goal: a gate knows the present well enough to judge a window, or says that it does not.
 * Method: examples at the edges, then the true present over clocks that drift, stop and step.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clockStepMs, contactStepMs, nowInterval, windowRelation } from './now.ts'
import { anyClockPlan, contact, DOORS_OPEN_MS, readClock } from './testing.ts'

const at = (ms: number) => DOORS_OPEN_MS + ms
const last = contact({ ti: 0, tr: 100, epoch: 2, monoMs: 1_000, wallMs: 50_000 })

test('[TM10] the present lies between what monotonic time proves and the greater of both clocks', () => {
  const awake = nowInterval(last, { epoch: 2, monoMs: 101_000, wallMs: 150_000 })
  expect(awake).toEqual({ loMs: at(99_979), hiMs: at(100_122) })
  const slept = nowInterval(last, { epoch: 2, monoMs: 101_000, wallMs: 3_650_000 })
  expect(slept).toEqual({ loMs: at(99_979), hiMs: at(3_600_822) })
  const steppedBack = nowInterval(last, { epoch: 2, monoMs: 101_000, wallMs: -(10 ** 12) })
  expect(steppedBack).toEqual(awake)
})

test('[TM10] without a contact in this epoch nothing is known', () => {
  const clocks = { epoch: 3, monoMs: 0, wallMs: 50_000 }
  expect(nowInterval(last, clocks)).toBeNull()
  expect(nowInterval(last, { ...clocks, monoMs: 5_000 })).toBeNull()
  expect(nowInterval(null, clocks)).toBeNull()
  expect(nowInterval(last, { ...clocks, epoch: 2, monoMs: 999 })).toBeNull()
})

test('[TM10] honest true time is inside as long as no wall clock is set back in a sleep', () => {
  fc.assert(
    fc.property(anyClockPlan, fc.nat(10 ** 8), fc.nat(10 ** 8), (plan, from, ms) => {
      const clock = { ...plan, wallSteps: [] }
      const signed = contact({ ti: from - 20, tr: from + 30, ...readClock(clock, from) })
      const now = nowInterval(signed, readClock(clock, from + ms))
      if (!now) return
      expect(now.loMs).toBeLessThanOrEqual(at(from + ms))
      expect(now.hiMs).toBeGreaterThanOrEqual(at(from + ms))
    }),
    { numRuns: 1_000 },
  )
})

test('[TM10] only what is wholly outside a window is outside', () => {
  const window = { fromMs: 100, untilMs: 200 }
  const relation = (loMs: number, hiMs: number) => windowRelation({ loMs, hiMs }, window)
  expect(relation(100, 200)).toBe('inside')
  expect(relation(99, 150)).toBe('overlaps')
  expect(relation(150, 201)).toBe('overlaps')
  expect(relation(0, 100)).toBe('overlaps')
  expect(relation(0, 99)).toBe('outside')
  expect(relation(201, 300)).toBe('outside')
  expect(relation(0, 300)).toBe('overlaps')
})

test('[TM10] an open edge is never met, and an unknown present overlaps every edge', () => {
  const now = { loMs: 150, hiMs: 250 }
  expect(windowRelation(now, { fromMs: null, untilMs: null })).toBe('inside')
  expect(windowRelation(now, { fromMs: 150, untilMs: null })).toBe('inside')
  expect(windowRelation(now, { fromMs: null, untilMs: 149 })).toBe('outside')
  expect(windowRelation(null, { fromMs: null, untilMs: null })).toBe('inside')
  expect(windowRelation(null, { fromMs: 150, untilMs: null })).toBe('overlaps')
  expect(windowRelation(null, { fromMs: null, untilMs: 150 })).toBe('overlaps')
})

test('[TM10] a window never counts as outside while the present may be inside it, nor the other way', () => {
  fc.assert(
    fc.property(
      fc.nat(20),
      fc.nat(9),
      fc.nat(20),
      fc.nat(9),
      fc.nat(9),
      (lo, w, from, v, inNow) => {
        const nowMs = Math.min(lo + inNow, lo + w)
        const isIn = from <= nowMs && nowMs <= from + v
        const relation = windowRelation(
          { loMs: lo, hiMs: lo + w },
          { fromMs: from, untilMs: from + v },
        )
        if (relation !== 'overlaps') expect(relation).toBe(isIn ? 'inside' : 'outside')
      },
    ),
    { numRuns: 1_000 },
  )
})

test('[TM10] a wall clock that steps by more than 30 s is named with its size', () => {
  const from = { epoch: 1, monoMs: 0, wallMs: 0 }
  expect(clockStepMs(from, { epoch: 1, monoMs: 60_000, wallMs: 90_000 })).toBeNull()
  expect(clockStepMs(from, { epoch: 1, monoMs: 60_000, wallMs: 90_001 })).toBe(30_001)
  expect(clockStepMs(from, { epoch: 1, monoMs: 60_000, wallMs: -(10 ** 9) })).toBe(
    -(10 ** 9) - 60_000,
  )
  expect(clockStepMs(from, { epoch: 2, monoMs: 0, wallMs: 10 ** 9 })).toBeNull()
})

test('[TM10] between two contacts a sleep is no step, and round trips are allowed for', () => {
  const from = contact({ ti: 0, tr: 100, wallMs: 0 })
  const slept = contact({ ti: 3_600_000, tr: 3_600_100, monoMs: 5, wallMs: 3_600_000 })
  expect(contactStepMs(from, slept)).toBeNull()
  expect(contactStepMs(from, { ...slept, wallMs: 3_630_100 })).toBeNull()
  expect(contactStepMs(from, { ...slept, wallMs: 3_630_101 })).toBe(30_101)
  expect(contactStepMs(from, { ...slept, wallMs: 0 })).toBe(-3_600_000)
})
