import type { Clock, GateDeps } from '../gate/gate-deps.ts'

/** Time that a test moves: true time for nodes, clocks that may lie for tablets, sleeps that end when it passes. */
export interface TestTime {
  readonly nowMs: () => number
  /** Moves true time and wakes what sleeps no longer. */
  readonly advance: (ms: number) => void
  readonly sleep: GateDeps['sleep']
  /** Counts a call that is on its way until it has ended: meanwhile no deadline should pass by itself. */
  readonly during: <T>(work: () => Promise<T>) => Promise<T>
  readonly isBusy: () => boolean
}

interface Sleeper {
  readonly untilMs: number
  readonly wake: () => void
}

export function createTestTime(startMs = Date.UTC(2026, 5, 1, 18)): TestTime {
  const sleepers = new Set<Sleeper>()
  let nowMs = startMs
  let open = 0
  return {
    isBusy: () => open > 0,
    async during(work) {
      open += 1
      try {
        return await work()
      } finally {
        open -= 1
      }
    },
    nowMs: () => nowMs,
    advance(ms) {
      nowMs += ms
      for (const sleeper of sleepers) if (sleeper.untilMs <= nowMs) sleeper.wake()
    },
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve()
        const sleeper: Sleeper = {
          untilMs: nowMs + ms,
          wake() {
            sleepers.delete(sleeper)
            signal.removeEventListener('abort', sleeper.wake)
            resolve()
          },
        }
        sleepers.add(sleeper)
        signal.addEventListener('abort', sleeper.wake)
      }),
  }
}

/** A tablet's clocks: monotonic from its start, wall off by `offsetMs`, which a test may change. */
export function createTabletClock(time: TestTime, state: { offsetMs: number }): Clock {
  const startedMs = time.nowMs()
  return {
    monoMs: () => time.nowMs() - startedMs + 5,
    wallMs: () => time.nowMs() + state.offsetMs,
  }
}
