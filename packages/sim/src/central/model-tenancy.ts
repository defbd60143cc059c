import {
  type ClaimStepsDep,
  claimStepsOver,
  type LookupsDep,
  type OutboxStore,
  type TenancyDep,
  type TenantOutbox,
  type TenantTx,
} from '@eventpass/api'
import type { TenantId } from '@eventpass/domain'
import { createModelClaims } from './claim-store.ts'
import { createModelContacts } from './contact-store.ts'
import { createModelErasure } from './erasure-store.ts'
import { createModelEvents, createModelTickets } from './event-stores.ts'
import { createModelFinality } from './finality-store.ts'
import { createModelGifts } from './gift-store.ts'
import { createModelIncidents } from './incident-store.ts'
import { createModelInvitees } from './invitee-store.ts'
import { createModelLedger } from './ledger-store.ts'
import { createModelManifestReads, createModelSnapshots } from './manifest-reads.ts'
import type { ModelClient, ModelDatabase } from './model-database.ts'
import {
  createModelAccounts,
  createModelAudit,
  createModelDeviceAdmin,
  createModelPairing,
} from './people-stores.ts'
import { createModelReconcile } from './reconcile-store.ts'
import type { DeviceRow, EventRow, OutboxRowKept, PairingCodeRow, UserRow } from './rows.ts'
import { createScope, type Scope } from './scope.ts'

/** Central's stores over the model database. Walls between tenants are not its matter: `db` proves those. */
export function createModelTenancy(
  database: Pick<ModelClient, 'tx' | 'rows' | 'assertHere'>,
  clockMs: () => number,
): TenancyDep & LookupsDep & ClaimStepsDep {
  const tx: TenancyDep['tx'] = (tenant, work) =>
    database.tx((opened) => work(storesOf(createScope(opened, tenant, clockMs))))
  return {
    tx,
    claimSteps: claimStepsOver(tx),
    lookups: {
      async findUser(email) {
        database.assertHere()
        const row = database.rows<UserRow>('users').find((user) => user.email === email)
        return row ? { tenant: row.tenant, user: row.id } : null
      },
      // Sign-ins are kept beside the stores, and nobody signs in to a simulated world.
      findSession: async () => null,
      async findDevice(device) {
        database.assertHere()
        const row = database.rows<DeviceRow>('devices').find(({ id }) => id === device)
        return row ? { tenant: row.tenant, event: row.event } : null
      },
      async findEvent(event) {
        database.assertHere()
        const row = database.rows<EventRow>('events').find(({ id }) => id === event)
        return row ? { tenant: row.tenant, event: row.id } : null
      },
      findPairingCode: (hash) =>
        database.tx(async (tx) => {
          const row = tx.table<PairingCodeRow>('codes').get(hash)
          return row ? { tenant: row.tenant, event: row.event } : null
        }),
      findTenants: async () => [],
    },
  }
}

export function createModelOutbox(database: ModelDatabase): OutboxStore {
  const isWaiting = ({ published, done }: OutboxRowKept) => !published && !done
  return {
    findTenants: (after, limit) =>
      database.tx(async (tx) => {
        await tx.statement()
        const rows = tx.table<OutboxRowKept>('outbox').all().filter(isWaiting)
        return [...new Set(rows.map(({ tenant }) => tenant))]
          .sort()
          .filter((tenant) => after === null || tenant > after)
          .slice(0, limit)
      }),
    // Nothing is parked in a simulated world: a message that fails fails the seed.
    countParked: async () => new Map(),
    relay: (tenant, limit, publish) =>
      database.tx(async (tx) => {
        await tx.statement()
        const outbox = tx.table<OutboxRowKept>('outbox')
        const rows = outbox.all().filter((row) => row.tenant === tenant && isWaiting(row))
        const page = rows.slice(0, limit)
        for (const row of page) {
          await publish({ row: `${row.no}`, topic: 'reconcile', delayMs: 0, ageMs: 0 })
        }
        for (const { no } of page) {
          const row = outbox.get(`${no}`)
          if (row) outbox.set(`${no}`, { ...row, published: true })
        }
        return { published: page.length, fault: null }
      }),
    // Nothing of a simulated broker is lost; what it would cost is proved beside the real store.
    reopen: async () => 0,
  }
}

/** Rows stay, marked as done, so that their numbers count on. */
function createModelTenantOutbox({ tenant, outbox, statement }: Scope): TenantOutbox {
  return {
    ...notModelled<TenantOutbox>('outbox for what it does not write'),
    async take(_, no) {
      await statement()
      const row = outbox.get(no)
      if (!row || row.done || row.tenant !== tenant) return null
      outbox.set(no, { ...row, done: true })
      return row.body
    },
  }
}

function storesOf(scope: Scope): TenantTx & { readonly tenant: TenantId } {
  return {
    tenant: scope.tenant,
    accounts: createModelAccounts(scope),
    audit: createModelAudit(scope),
    auditChain: notModelled('auditChain'),
    claims: createModelClaims(scope),
    contacts: createModelContacts(scope),
    desks: notModelled('desks'),
    devices: createModelDeviceAdmin(scope),
    erasure: createModelErasure(scope),
    events: createModelEvents(scope),
    finality: createModelFinality(scope),
    gifts: createModelGifts(scope),
    imports: notModelled('imports'),
    incidents: createModelIncidents(scope),
    invitees: createModelInvitees(scope),
    ledger: createModelLedger(scope),
    manifest: createModelManifestReads(scope),
    notifications: notModelled('notifications'),
    orders: notModelled('orders'),
    outbox: createModelTenantOutbox(scope),
    pairing: createModelPairing(scope),
    reconcile: createModelReconcile(scope),
    snapshots: createModelSnapshots(scope),
    tickets: createModelTickets(scope),
  }
}

/** A store that no simulated world asks anything. */
function notModelled<Store extends object>(name: string): Store {
  return new Proxy({} as Store, {
    get() {
      throw new Error(`The model of central has no ${name}.`)
    },
  })
}
