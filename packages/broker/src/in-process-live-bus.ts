import type { OpenLiveBus } from './live-bus.ts'
import { createLiveWaiters, gatherEvents } from './live-waiters.ts'

/** Announcements within one process. A dashboard elsewhere looks again by itself every few seconds. */
export function createInProcessLiveBus(): OpenLiveBus {
  const waiters = createLiveWaiters()
  const gathered = gatherEvents(waiters.wake)
  return {
    announce: gathered.add,
    nextChange: waiters.nextChange,
    close: async () => gathered.close(),
  }
}
