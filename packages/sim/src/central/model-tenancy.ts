import type {
  ClaimStore,
  GiftStore,
  LookupsDep,
  OutboxStore,
  TenancyDep,
  TenantTx,
} from '@eventpass/api'
import type { TenantId } from '@eventpass/domain'
import { createModelContacts } from './contact-store.ts'
import { createModelEvents, createModelTickets } from './event-stores.ts'
import { createModelFinality } from './finality-store.ts'
import { createModelIncidents } from './incident-store.ts'
import { createModelLedger } from './ledger-store.ts'
import { createModelManifestReads, createModelSnapshots } from './manifest-reads.ts'
import type { ModelDatabase } from './model-database.ts'
import {
  createModelAccounts,
  createModelAudit,
  createModelDeviceAdmin,
  createModelPairing,
} from './people-stores.ts'
import { createModelReconcile } from './reconcile-store.ts'
import type { DeviceRow, OutboxRowKept, PairingCodeRow, UserRow } from './rows.ts'
import { createScope, type Scope } from './scope.ts'

/** Central's stores over the model database. Walls between tenants are not its matter: `db` proves those. */
export function createModelTenancy(
  database: ModelDatabase,
  clockMs: () => number,
): TenancyDep & LookupsDep {
  return {
    tx: (tenant, work) => database.tx((tx) => work(storesOf(createScope(tx, tenant, clockMs)))),
    lookups: {
      async findUser(email) {
        const row = database.rows<UserRow>('users').find((user) => user.email === email)
        return row ? { tenant: row.tenant, user: row.id } : null
      },
      // Sign-ins are kept beside the stores, and nobody signs in to a simulated world.
      findSession: async () => null,
      async findDevice(device) {
        const row = database.rows<DeviceRow>('devices').find(({ id }) => id === device)
        return row ? { tenant: row.tenant, event: row.event } : null
      },
      findPairingCode: (hash) =>
        database.tx(async (tx) => {
          const row = tx.table<PairingCodeRow>('codes').get(hash)
          return row ? { tenant: row.tenant, event: row.event } : null
        }),
      findTenantsWithOutbox: async (limit) => {
        const rows = database.rows<OutboxRowKept>('outbox').filter(({ published }) => !published)
        return [...new Set(rows.map(({ tenant }) => tenant))].slice(0, limit)
      },
      findTenants: async () => [],
    },
  }
}

export function createModelOutbox(database: ModelDatabase): OutboxStore {
  return {
    findUnpublished: (limit) =>
      database.tx(async (tx) => {
        await tx.statement()
        return tx
          .table<OutboxRowKept>('outbox')
          .all()
          .filter(({ published }) => !published)
          .slice(0, limit)
          .map(({ no, tenant, body }) => ({
            id: `${no}`,
            topic: 'reconcile' as const,
            body: JSON.stringify({ tenant, ...body }),
          }))
      }),
    markPublished: (ids) =>
      database.tx(async (tx) => {
        await tx.statement()
        const outbox = tx.table<OutboxRowKept>('outbox')
        for (const id of ids) {
          const row = outbox.get(id)
          if (row) outbox.set(id, { ...row, published: true })
        }
      }),
  }
}

function storesOf(scope: Scope): TenantTx & { readonly tenant: TenantId } {
  return {
    tenant: scope.tenant,
    accounts: createModelAccounts(scope),
    audit: createModelAudit(scope),
    claims: noClaims,
    contacts: createModelContacts(scope),
    desks: notModelled('desks'),
    devices: createModelDeviceAdmin(scope),
    events: createModelEvents(scope),
    finality: createModelFinality(scope),
    gifts: noGifts,
    imports: notModelled('imports'),
    incidents: createModelIncidents(scope),
    invitees: notModelled('invitees'),
    ledger: createModelLedger(scope),
    manifest: createModelManifestReads(scope),
    pairing: createModelPairing(scope),
    reconcile: createModelReconcile(scope),
    snapshots: createModelSnapshots(scope),
    tickets: createModelTickets(scope),
  }
}

const nothing = async () => undefined
/** Gates of a simulated world do not claim yet, so that there is nothing to settle or to fence. */
const noClaims: ClaimStore = {
  ...notModelled<ClaimStore>('claims'),
  ...{ fence: nothing, settle: nothing, settleKeys: nothing },
}
/** Nor does its event give anything away. */
const noGifts: GiftStore = {
  ...notModelled<GiftStore>('gifts'),
  saveHandOuts: nothing,
  findOverStock: async () => [],
}

/** A store that no simulated world asks anything. */
function notModelled<Store extends object>(name: string): Store {
  return new Proxy({} as Store, {
    get() {
      throw new Error(`The model of central has no ${name}.`)
    },
  })
}
