import type { FromWorker, Port, ToWorker } from '../rpc/messages.ts'

/** This worker's own scope; the DOM library types `self` as a page's. */
export const scope = self as unknown as Port<ToWorker, FromWorker>

/** Resolves after `ms`, or at once when the signal is raised. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const end = () => {
      clearTimeout(waiting)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const waiting = setTimeout(end, ms)
    signal.addEventListener('abort', end)
  })
}
