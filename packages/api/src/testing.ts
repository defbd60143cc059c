export { accountsContract } from './accounts/accounts.contract.ts'
export { auditContract } from './audit/audit.contract.ts'
export { type AuditWorld, auditChainContract } from './audit/audit-chain.contract.ts'
export { claimsContract } from './claims/claims.contract.ts'
export { codesContract } from './claims/codes.contract.ts'
export { foretoldContract } from './claims/foretold.contract.ts'
export { interleavingContract } from './claims/interleaving.contract.ts'
export { shedContract } from './claims/shed.contract.ts'
export { devicesContract } from './devices-admin/devices.contract.ts'
export { type ErasureWorld, erasureContract } from './erasure/erasure.contract.ts'
export { eventsContract } from './events/events.contract.ts'
export { failoverContract } from './failover/failover.contract.ts'
export { journalContract } from './failover/journal.contract.ts'
export { finalityContract } from './finality/finality.contract.ts'
export { openDoorIn, type StoredClaim, type SyncWorld } from './gates/open-door.contract.ts'
export { syncContract } from './gates/sync.contract.ts'
export { pairDevice, type TestDevice } from './gates/test-device.contract.ts'
export { giftsContract } from './gifts/gifts.contract.ts'
export { incidentsContract } from './incidents/incidents.contract.ts'
export { importContract } from './invitees/import.contract.ts'
export { chainContract } from './ledger/chain.contract.ts'
export { forgeryContract } from './ledger/forgery.contract.ts'
export { type OrdersWorld, ordersContract } from './orders/orders.contract.ts'
export { type OutboxWorld, outboxContract } from './outbox/outbox.contract.ts'
export { tenantMatrixContract } from './tenancy/tenant-matrix.contract.ts'
export {
  type Browser,
  openBrowser,
  openColleague,
  openEvent,
  openTenant,
  password,
  unique,
  type World,
} from './tenancy/world.contract.ts'
export { ticketsContract } from './tickets/tickets.contract.ts'
