import { accountsRouter } from './accounts/router.ts'
import { auditRouter } from './audit/router.ts'
import { giftClaimsRouter, scanClaimsRouter } from './claims/router.ts'
import { devicesAdminRouter } from './devices-admin/router.ts'
import { eventsRouter } from './events/router.ts'
import { syncRouter } from './gates/router.ts'
import { giftsRouter } from './gifts/router.ts'
import { incidentsRouter } from './incidents/router.ts'
import { inviteesRouter } from './invitees/router.ts'
import { liveRouter } from './live/router.ts'
import { ordersRouter } from './orders/router.ts'
import { parkedRouter } from './outbox/router.ts'
import { pairingRouter } from './pairing/router.ts'
import { ticketsRouter } from './tickets/router.ts'
import { createCallerFactory, router } from './trpc.ts'

export const appRouter = router({
  accounts: accountsRouter,
  audit: auditRouter,
  devicesAdmin: devicesAdminRouter,
  events: eventsRouter,
  gift: giftClaimsRouter,
  gifts: giftsRouter,
  incidents: incidentsRouter,
  invitees: inviteesRouter,
  live: liveRouter,
  orders: ordersRouter,
  parked: parkedRouter,
  pairing: pairingRouter,
  scan: scanClaimsRouter,
  sync: syncRouter,
  tickets: ticketsRouter,
})
export type AppRouter = typeof appRouter

/** Calls procedures in-process, for tests and for the seeding of a demo. */
export const createCaller = createCallerFactory(appRouter)
