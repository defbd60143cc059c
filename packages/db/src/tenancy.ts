import type { ClaimStepsDep, LookupsDep, TenancyDep, TenantTx } from '@eventpass/api'
import type { DeviceId, EventId, TenantId, UserId } from '@eventpass/domain'
import { type SQL, sql } from 'drizzle-orm'
import { createAccountStore } from './accounts/account-store.ts'
import { createAuditChainStore } from './audit/audit-chain-store.ts'
import { createAuditStore } from './audit/audit-store.ts'
import { createClaimSteps } from './claims/claim-steps.ts'
import { createClaimStore } from './claims/claim-store.ts'
import { createDeskStore } from './claims/desk-store.ts'
import { createDeviceAdminStore } from './devices-admin/device-admin-store.ts'
import type { Drizzle } from './drizzle.ts'
import { createErasureStore } from './erasure/erasure-store.ts'
import { createEventStore } from './events/event-store.ts'
import { createFinalityStore } from './finality/finality-store.ts'
import { createGiftStore } from './gifts/gift-store.ts'
import { createIncidentStore } from './incidents/incident-store.ts'
import { createImportStore } from './invitees/import-store.ts'
import { createInviteeStore } from './invitees/invitee-store.ts'
import { createCentralLedger } from './ledger/central-ledger-store.ts'
import { createContactStore } from './ledger/contact-store.ts'
import { createManifestReads } from './ledger/manifest-reads-store.ts'
import { createPairingStore } from './ledger/pairing-store.ts'
import { createReconcileStore } from './ledger/reconcile-store.ts'
import { createSnapshotStore } from './ledger/snapshot-store.ts'
import { lookup } from './lookup.ts'
import { createNotificationStore } from './notifications/notification-store.ts'
import { createOrderStore } from './orders/order-store.ts'
import { createTenantOutbox } from './outbox/tenant-outbox.ts'
import { prepared } from './prepared.ts'
import type { WritingScope } from './tenant-scope.ts'
import { createTicketStore } from './tickets/ticket-store.ts'

/**
 * Opens transactions that are bound to a tenant twice (TN1): the role and the setting bind every
 * statement by row-level security, and every store filters by `scope.tenant` itself. `onOutbox` is
 * told of each commit with new outbox rows; what callers share runs on `shared`.
 */
export function createTenancy(
  db: Drizzle,
  {
    onOutbox = () => {},
    shared = db,
  }: { readonly onOutbox?: () => void; readonly shared?: Drizzle } = {},
): TenancyDep & LookupsDep & ClaimStepsDep {
  return {
    claimSteps: createClaimSteps(shared, onOutbox),
    async tx(tenant, work) {
      const onCommit = { outboxWritten: false }
      const result = await inTenant(db, tenant, (scope) => work(storesOf(scope)), onCommit)
      if (onCommit.outboxWritten) onOutbox()
      return result
    },
    lookups: createLookups(db),
  }
}

/** The same transaction for what stands beside the stores: sessions. */
export function inTenant<T>(
  db: Drizzle,
  tenant: TenantId,
  work: (scope: WritingScope) => Promise<T>,
  onCommit: WritingScope['onCommit'] = { outboxWritten: false },
): Promise<T> {
  return db.transaction(async (tx) => {
    // One round trip: setting `role` is what SET LOCAL ROLE does.
    await tx.execute(
      prepared(
        sql`select set_config('role', 'eventpass_app', true), set_config('app.tenant', ${tenant}, true)`,
      ),
    )
    return work({ tenant, db: tx, onCommit })
  })
}

/** Every store over one tenant’s transaction. */
export function storesOf(scope: WritingScope): TenantTx {
  return {
    tenant: scope.tenant,
    accounts: createAccountStore(scope),
    audit: createAuditStore(scope),
    auditChain: createAuditChainStore(scope),
    claims: createClaimStore(scope),
    desks: createDeskStore(scope),
    devices: createDeviceAdminStore(scope),
    erasure: createErasureStore(scope),
    events: createEventStore(scope),
    contacts: createContactStore(scope),
    gifts: createGiftStore(scope),
    finality: createFinalityStore(scope),
    imports: createImportStore(scope),
    incidents: createIncidentStore(scope),
    invitees: createInviteeStore(scope),
    ledger: createCentralLedger(scope),
    manifest: createManifestReads(scope),
    notifications: createNotificationStore(scope),
    orders: createOrderStore(scope),
    outbox: createTenantOutbox(scope),
    pairing: createPairingStore(scope),
    reconcile: createReconcileStore(scope),
    snapshots: createSnapshotStore(scope),
    tickets: createTicketStore(scope),
  }
}

function createLookups(db: Drizzle): LookupsDep['lookups'] {
  const look = <Row extends Record<string, unknown>>(query: SQL) => lookup<Row>(db, query)
  const first = async <Row extends Record<string, unknown>>(query: SQL) =>
    (await look<Row>(query))[0] ?? null
  const userOf = (row: { tenant: TenantId; user_id: UserId } | null) =>
    row && { tenant: row.tenant, user: row.user_id }

  return {
    findUser: async (email) => userOf(await first(sql`select * from lookup_user(${email})`)),
    findSession: async (id) =>
      userOf(await first(sql`select * from lookup_session(decode(${id}, 'hex'))`)),
    findDevice: (device: DeviceId) =>
      first<{ tenant: TenantId; event: EventId }>(sql`select * from lookup_device(${device})`),
    findEvent: (event: EventId) =>
      first<{ tenant: TenantId; event: EventId }>(sql`select * from lookup_event(${event})`),
    findPairingCode: (hash) =>
      first<{ tenant: TenantId; event: EventId }>(
        sql`select * from lookup_pairing_code(decode(${hash}, 'hex'))`,
      ),
    findTenants: async (after, limit) =>
      (await look<{ tenant: TenantId }>(sql`select * from lookup_tenants(${after}, ${limit})`)).map(
        ({ tenant }) => tenant,
      ),
  }
}
