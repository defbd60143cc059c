import { accountsRouter } from './accounts/router.ts'
import { devicesAdminRouter } from './devices-admin/router.ts'
import { eventsRouter } from './events/router.ts'
import { syncRouter } from './gates/router.ts'
import { incidentsRouter } from './incidents/router.ts'
import { liveRouter } from './live/router.ts'
import { pairingRouter } from './pairing/router.ts'
import { createCallerFactory, router } from './trpc.ts'

export const appRouter = router({
  accounts: accountsRouter,
  devicesAdmin: devicesAdminRouter,
  events: eventsRouter,
  incidents: incidentsRouter,
  live: liveRouter,
  pairing: pairingRouter,
  sync: syncRouter,
})
export type AppRouter = typeof appRouter

/** Calls procedures in-process, for tests and for the seeding of a demo. */
export const createCaller = createCallerFactory(appRouter)
