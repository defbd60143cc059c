import type { LiveBus } from '@eventpass/api'

/** Announcements within one process. A dashboard elsewhere looks again by itself every few seconds. */
export function createInProcessLiveBus(): LiveBus {
  const waiting = new Map<string, Set<() => void>>()
  return {
    announce(event) {
      for (const wake of waiting.get(event) ?? []) wake()
    },
    nextChange: (event, waitMs, signal) =>
      new Promise((resolve) => {
        const wakers = waiting.get(event) ?? new Set()
        waiting.set(event, wakers)
        const wake = () => {
          clearTimeout(timer)
          signal.removeEventListener('abort', wake)
          wakers.delete(wake)
          if (wakers.size === 0) waiting.delete(event)
          resolve()
        }
        const timer = setTimeout(wake, waitMs)
        wakers.add(wake)
        signal.addEventListener('abort', wake, { once: true })
        if (signal.aborted) wake()
      }),
  }
}
