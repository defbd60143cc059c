import type { LiveBus } from '@eventpass/api'

/** Changes of one event within this time are told together: a dashboard counts anew each time. */
const gatherMs = 100

export interface LiveWaiters extends Pick<LiveBus, 'nextChange'> {
  /** Wakes whoever waits for the event in this process. */
  readonly wake: (event: string) => void
}

/** Who waits for changes in this process. */
export function createLiveWaiters(): LiveWaiters {
  const waiting = new Map<string, Set<() => void>>()
  return {
    wake(event) {
      for (const resolve of [...(waiting.get(event) ?? [])]) resolve()
    },
    nextChange: (event, waitMs, signal) =>
      new Promise((resolve) => {
        const wakers = waiting.get(event) ?? new Set()
        waiting.set(event, wakers)
        const done = () => {
          clearTimeout(timer)
          signal.removeEventListener('abort', done)
          wakers.delete(done)
          if (wakers.size === 0) waiting.delete(event)
          resolve()
        }
        const timer = setTimeout(done, waitMs)
        wakers.add(done)
        signal.addEventListener('abort', done, { once: true })
        if (signal.aborted) done()
      }),
  }
}

/** Tells each event once after a moment, however often it was asked to meanwhile. */
export function gatherEvents(tell: (event: string) => void): {
  readonly add: (event: string) => void
  readonly close: () => void
} {
  const timers = new Map<string, NodeJS.Timeout>()
  return {
    add(event) {
      if (timers.has(event)) return
      const timer = setTimeout(() => {
        timers.delete(event)
        tell(event)
      }, gatherMs)
      timers.set(event, timer)
    },
    close() {
      for (const timer of timers.values()) clearTimeout(timer)
      timers.clear()
    },
  }
}
