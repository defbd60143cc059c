/**
 * Goal: central's use cases keep their promises over the stores of this package.
 * Method: the contracts of @eventpass/api, once over PGlite and once over Postgres.
 */
import {
  type AuditWorld,
  accountsContract,
  auditChainContract,
  auditContract,
  chainContract,
  claimsContract,
  codesContract,
  devicesContract,
  type ErasureWorld,
  erasureContract,
  eventsContract,
  failoverContract,
  finalityContract,
  foretoldContract,
  forgeryContract,
  giftsContract,
  importContract,
  incidentsContract,
  interleavingContract,
  type OrdersWorld,
  ordersContract,
  outboxContract,
  type SyncWorld,
  syncContract,
  tenantMatrixContract,
  ticketsContract,
} from '@eventpass/api/testing'
import { afterAll, beforeAll } from 'vitest'
import { describeEachDatabase, openWorld, type TestDatabase } from './testing.ts'

describeEachDatabase('central', (open) => {
  let database: TestDatabase
  let world: SyncWorld & OrdersWorld & AuditWorld & ErasureWorld
  beforeAll(async () => {
    database = await open()
    world = await openWorld(database)
  })
  afterAll(() => database.remove())

  accountsContract(() => world)
  auditContract(() => world)
  auditChainContract(() => world)
  chainContract(() => world)
  claimsContract(() => world)
  foretoldContract(() => world)
  codesContract(() => world)
  devicesContract(() => world)
  erasureContract(() => world)
  eventsContract(() => world)
  failoverContract(() => world)
  giftsContract(() => world)
  finalityContract(() => world)
  forgeryContract(() => world)
  importContract(() => world)
  interleavingContract(() => world)
  incidentsContract(() => world)
  ordersContract(() => world)
  outboxContract(() => world)
  syncContract(() => world)
  tenantMatrixContract(() => world)
  ticketsContract(() => world)
})
