/**
 * Goal: scans have one order, and it says when it cannot be proven.
 * Method: examples of each tie, then totality over keys small enough to collide.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { DeviceNo, ScanHash } from '../ids.ts'
import { compareOrder, type OrderKey, overlaps } from './order.ts'

const key = (of: Partial<OrderKey>): OrderKey => ({
  quarantined: false,
  estimateMs: 1_000,
  deviceNo: 1 as DeviceNo,
  seq: 1,
  hash: 'a' as ScanHash,
  ...of,
})

const anyKey: fc.Arbitrary<OrderKey> = fc.record({
  quarantined: fc.boolean(),
  estimateMs: fc.constantFrom(-Infinity, 1, 2, Infinity),
  deviceNo: fc.constantFrom(1, 2).map((no) => no as DeviceNo),
  seq: fc.constantFrom(1, 2, 10),
  hash: fc.constantFrom('a', 'b', 'B').map((hash) => hash as ScanHash),
})

test('[TM6] each part decides only where those before it are equal', () => {
  const inOrder = [
    key({}),
    key({ hash: 'b' as ScanHash }),
    key({ seq: 2, hash: '0' as ScanHash }),
    key({ seq: 10, hash: '0' as ScanHash }),
    key({ deviceNo: 2 as DeviceNo, seq: 0 }),
    key({ deviceNo: 10 as DeviceNo, seq: 0 }),
    key({ estimateMs: 1_001, deviceNo: 0 as DeviceNo }),
    key({ estimateMs: Infinity }),
    key({ quarantined: true, estimateMs: 0, seq: 0 }),
  ]
  expect(inOrder.toReversed().sort(compareOrder)).toEqual(inOrder)
})

test('[TM6] the order is total: it never ties two scans, contradicts itself or heeds arrival', () => {
  fc.assert(
    fc.property(anyKey, anyKey, anyKey, (a, b, c) => {
      const same = JSON.stringify(a) === JSON.stringify(b) && a.estimateMs === b.estimateMs
      expect(compareOrder(a, b) === 0).toBe(same)
      expect(Math.sign(compareOrder(a, b))).toBe(0 - Math.sign(compareOrder(b, a)) || 0)
      if (compareOrder(a, b) < 0 && compareOrder(b, c) < 0) {
        expect(compareOrder(a, c)).toBeLessThan(0)
      }
    }),
    { numRuns: 2_000 },
  )
  fc.assert(
    fc.property(fc.array(anyKey), (keys) => {
      expect(keys.toReversed().sort(compareOrder)).toEqual(keys.toSorted(compareOrder))
    }),
  )
})

test('[TM7] intervals that share a moment leave the order unproven', () => {
  const interval = (loMs: number, hiMs: number) => ({ loMs, hiMs })
  expect(overlaps(interval(0, 10), interval(10, 20))).toBe(true)
  expect(overlaps(interval(0, 10), interval(11, 20))).toBe(false)
  expect(overlaps(interval(0, Infinity), interval(11, 20))).toBe(true)
  expect(overlaps(interval(0, 100), interval(40, 50))).toBe(true)
})

test('[TM7] overlap is mutual, and without it the earlier interval is before in every order', () => {
  const anyInterval = fc
    .tuple(fc.nat(30), fc.nat(10))
    .map(([loMs, width]) => ({ loMs, hiMs: loMs + width }))
  fc.assert(
    fc.property(anyInterval, anyInterval, fc.nat(10), fc.nat(10), (a, b, inA, inB) => {
      expect(overlaps(a, b)).toBe(overlaps(b, a))
      const atA = Math.min(a.loMs + inA, a.hiMs)
      const atB = Math.min(b.loMs + inB, b.hiMs)
      if (!overlaps(a, b)) expect(atA < atB).toBe(a.loMs < b.loMs)
    }),
  )
})
