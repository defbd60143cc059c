import { accountsRouter } from './accounts/router.ts'
import { devicesAdminRouter } from './devices-admin/router.ts'
import { eventsRouter } from './events/router.ts'
import { createCallerFactory, router } from './trpc.ts'

export const appRouter = router({
  accounts: accountsRouter,
  devicesAdmin: devicesAdminRouter,
  events: eventsRouter,
})
export type AppRouter = typeof appRouter

/** Calls procedures in-process, for tests and for the seeding of a demo. */
export const createCaller = createCallerFactory(appRouter)
