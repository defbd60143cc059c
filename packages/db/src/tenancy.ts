import type { LookupsDep, TenancyDep, TenantTx } from '@eventpass/api'
import type { DeviceId, EventId, TenantId, UserId } from '@eventpass/domain'
import { type SQL, sql } from 'drizzle-orm'
import { createAccountStore } from './accounts/account-store.ts'
import { createAuditStore } from './audit/audit-store.ts'
import { createClaimStore } from './claims/claim-store.ts'
import { createDeskStore } from './claims/desk-store.ts'
import { createDeviceAdminStore } from './devices-admin/device-admin-store.ts'
import type { Drizzle } from './drizzle.ts'
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
import { queryRows } from './query-rows.ts'
import type { TenantScope } from './tenant-scope.ts'
import { createTicketStore } from './tickets/ticket-store.ts'

/**
 * Opens transactions that are bound to a tenant twice (TN1): the role and the setting bind every
 * statement by row-level security, and every store filters by `scope.tenant` itself.
 */
export function createTenancy(db: Drizzle): TenancyDep & LookupsDep {
  return {
    tx: (tenant, work) => inTenant(db, tenant, (scope) => work(storesOf(scope))),
    lookups: createLookups(db),
  }
}

/** The same transaction for what stands beside the stores: sessions. */
export function inTenant<T>(
  db: Drizzle,
  tenant: TenantId,
  work: (scope: TenantScope) => Promise<T>,
): Promise<T> {
  return db.transaction(async (tx) => {
    // One round trip: setting `role` is what SET LOCAL ROLE does.
    await tx.execute(
      sql`select set_config('role', 'eventpass_app', true), set_config('app.tenant', ${tenant}, true)`,
    )
    return work({ tenant, db: tx })
  })
}

/** Every store over one tenant’s transaction. */
export function storesOf(scope: TenantScope): TenantTx {
  return {
    tenant: scope.tenant,
    accounts: createAccountStore(scope),
    audit: createAuditStore(scope),
    claims: createClaimStore(scope),
    desks: createDeskStore(scope),
    devices: createDeviceAdminStore(scope),
    events: createEventStore(scope),
    contacts: createContactStore(scope),
    gifts: createGiftStore(scope),
    finality: createFinalityStore(scope),
    imports: createImportStore(scope),
    incidents: createIncidentStore(scope),
    invitees: createInviteeStore(scope),
    ledger: createCentralLedger(scope),
    manifest: createManifestReads(scope),
    pairing: createPairingStore(scope),
    reconcile: createReconcileStore(scope),
    snapshots: createSnapshotStore(scope),
    tickets: createTicketStore(scope),
  }
}

function createLookups(db: Drizzle): LookupsDep['lookups'] {
  // Also without a tenant nobody is the owner: only the listed functions answer.
  const look = <Row extends Record<string, unknown>>(query: SQL) =>
    db.transaction(async (tx) => {
      await tx.execute(
        sql`select set_config('role', 'eventpass_app', true), set_config('app.tenant', '', true)`,
      )
      return queryRows<Row>(tx, query)
    })
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
    findPairingCode: (hash) =>
      first<{ tenant: TenantId; event: EventId }>(
        sql`select * from lookup_pairing_code(decode(${hash}, 'hex'))`,
      ),
    findTenantsWithOutbox: async (limit) =>
      (
        await look<{ tenant: TenantId }>(sql`select * from lookup_tenants_with_outbox(${limit})`)
      ).map(({ tenant }) => tenant),
    findTenants: async (after, limit) =>
      (await look<{ tenant: TenantId }>(sql`select * from lookup_tenants(${after}, ${limit})`)).map(
        ({ tenant }) => tenant,
      ),
  }
}
