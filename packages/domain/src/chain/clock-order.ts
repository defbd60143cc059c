import type { ScanHash } from '../ids.ts'
import type { ChainClock, ChainLink, ChainPlace } from './chain.ts'

/**
 * Links whose clock lies before that of an earlier link of their branch (TM4), in the given order (by number).
 *
 * Epochs only rise, and within one monotonic time does. Below the highest so far
 * is backwards, not only below the last: else a clock that is set back once
 * would be believed from its second scan on.
 */
export function findBackwards(
  ordered: readonly ChainLink[],
  place: ChainPlace,
): readonly ScanHash[] {
  const reached = new Map<ScanHash, Reached>([[place.hash, { seq: place.seq, top: place.clock }]])
  const backwards: ScanHash[] = []
  for (const { seq, prev, hash, clock } of ordered) {
    const before = reached.get(prev)
    const top = before?.seq === seq - 1 ? before.top : null
    const isBack = clock !== null && top !== null && isBefore(clock, top)
    if (isBack) backwards.push(hash)
    reached.set(hash, { seq, top: isBack || clock === null ? top : clock })
  }
  return backwards
}

interface Reached {
  readonly seq: number
  /** The highest clock of the branch up to there. */
  readonly top: ChainClock | null
}

function isBefore(a: ChainClock, b: ChainClock): boolean {
  return a.epoch < b.epoch || (a.epoch === b.epoch && a.monoMs < b.monoMs)
}
