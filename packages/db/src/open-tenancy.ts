import type {
  ClaimStepsDep,
  DueOrdersDep,
  LookupsDep,
  OutboxStore,
  TenancyDep,
  UnchainedAuditDep,
} from '@eventpass/api'
import { createUnchainedAudit } from './audit/audit-chain-store.ts'
import type { Database } from './database.ts'
import { createDueOrders } from './orders/order-store.ts'
import { createOutboxBell, type OutboxBellOnDatabase } from './outbox/outbox-bell.ts'
import { createOutboxStore } from './outbox/outbox-store.ts'
import { createTenancy } from './tenancy.ts'

/**
 * Tenants' transactions, which ring the bell of the outbox, and what workers see across tenants. The
 * bell is to be told when to listen: until then it hears of this process alone.
 */
export function openTenancy(database: Database): {
  readonly tenancy: TenancyDep & LookupsDep & ClaimStepsDep
  readonly across: DueOrdersDep &
    UnchainedAuditDep & {
      readonly outbox: OutboxStore
      readonly bell: OutboxBellOnDatabase
    }
} {
  const bell = createOutboxBell(database)
  return {
    tenancy: createTenancy(database.drizzle, {
      onOutbox: bell.ring,
      shared: database.shared,
    }),
    across: {
      outbox: createOutboxStore(database.drizzle),
      dueOrders: createDueOrders(database.drizzle),
      unchainedAudit: createUnchainedAudit(database.drizzle),
      bell,
    },
  }
}
