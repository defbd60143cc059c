import type { TenantId } from '@eventpass/domain'
import type { Drizzle } from './drizzle.ts'

/** One tenant's open transaction: what every store of this package is made from. */
export interface TenantScope {
  readonly tenant: TenantId
  readonly db: Drizzle
}

/** The same for stores that write outbox rows, of which relays hear once it is committed. */
export interface WritingScope extends TenantScope {
  readonly onCommit: { outboxWritten: boolean }
}
