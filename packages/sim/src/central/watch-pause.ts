import type { WatchState } from '@eventpass/api'
import type { VirtualTime } from '../kernel/virtual-time.ts'

/** So rarely a node looks at its database only while all is well. */
const lazyMs = 1_000

/** What tells whether the next look can find anything new. */
interface Sight {
  readonly isHere: () => boolean
  readonly state: () => WatchState
  readonly countWaiting: () => number
}

/** The pauses of a node between two looks at its database. */
export interface WatchPause {
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
  /** Something that the next look would find has changed. */
  readonly wake: () => void
}

/**
 * Looks that would find what the last one found are left out, or a night would be made of them: the
 * next comes when something has changed, at the moment when it would have come anyway.
 */
export function createWatchPause(time: VirtualTime, sight: Sight): WatchPause {
  const sleepers = new Set<() => void>()
  const isSteady = (ms: number) => {
    if (!sight.isHere()) return sight.state() === 'away'
    return sight.state() === 'up' && ms >= lazyMs && sight.countWaiting() === 0
  }
  const changed = (signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      const end = () => {
        sleepers.delete(end)
        signal.removeEventListener('abort', end)
        resolve()
      }
      sleepers.add(end)
      signal.addEventListener('abort', end)
    })
  return {
    async pause(ms, signal) {
      const fromMs = time.nowMs()
      if (!signal.aborted && isSteady(ms)) await changed(signal)
      const passedMs = (time.nowMs() - fromMs) % ms
      await time.sleep(ms - passedMs, signal)
    },
    wake() {
      for (const end of [...sleepers]) end()
    },
  }
}
