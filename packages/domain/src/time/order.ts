import type { DeviceNo, ScanHash } from '../ids.ts'

/** What decides who was first (TM6). */
export interface OrderKey {
  readonly quarantined: boolean
  readonly estimateMs: number
  readonly deviceNo: DeviceNo
  readonly seq: number
  readonly hash: ScanHash
}

/**
 * Orders scans by quarantine, estimate, device number, number in the chain, hash (TM6).
 *
 * Total: two different scans never compare equal, and nothing random breaks ties.
 */
export function compareOrder(a: OrderKey, b: OrderKey): number {
  return (
    Number(a.quarantined) - Number(b.quarantined) ||
    compare(a.estimateMs, b.estimateMs) ||
    a.deviceNo - b.deviceNo ||
    a.seq - b.seq ||
    compare(a.hash, b.hash)
  )
}

/** An interval of trusted time, ms since 1970; bounds may be infinite. */
export interface Interval {
  readonly loMs: number
  readonly hiMs: number
}

/** Whether two intervals share a moment, so that their order cannot be proven (TM7). */
export function overlaps(a: Interval, b: Interval): boolean {
  return a.loMs <= b.hiMs && b.loMs <= a.hiMs
}

/** Not a difference: an estimate without a later contact is infinite, and ∞ − ∞ is no order. */
function compare<T extends number | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0
}
