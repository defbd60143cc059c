/**
 * Goal: what a simulated world proves of central holds for the real one.
 * Method: the contracts of the use cases, which the stores over Postgres keep, over the model's.
 */
import { randomBytes } from 'node:crypto'
import { createRateLimiter } from '@eventpass/api'
import {
  chainContract,
  claimsContract,
  devicesContract,
  finalityContract,
  giftsContract,
  incidentsContract,
  interleavingContract,
  type SyncWorld,
  syncContract,
} from '@eventpass/api/testing'
import type { DeviceId, Digest, EventId, TenantId } from '@eventpass/domain'
import { deriveTenantKey } from '@eventpass/token'
import { describe } from 'vitest'
import { createRandom } from '../kernel/random.ts'
import { createSimCrypto } from '../kernel/sim-crypto.ts'
import { createKeys } from './central-keys.ts'
import { issueTickets } from './issue-tickets.ts'
import { createModelDatabase } from './model-database.ts'
import { createModelTenancy } from './model-tenancy.ts'
import type {
  AuthorityRow,
  ClaimRow,
  ContactRow,
  DeviceRow,
  OutboxRowKept,
  ScanRow,
  UserRow,
} from './rows.ts'

describe('the model of central', () => {
  syncContract(() => world)
  devicesContract(() => world)
  chainContract(() => world)
  finalityContract(() => world)
  incidentsContract(() => world)
  claimsContract(() => world)
  giftsContract(() => world)
  interleavingContract(() => world)
})

const world = await openWorld()

async function openWorld(): Promise<SyncWorld> {
  const clock = { ms: 1_780_000_000_000 }
  const now = () => clock.ms
  const random = createRandom('contract')
  const subtle = createSimCrypto(random)
  const atOnce = async () => undefined
  const database = createModelDatabase({
    ...{ statement: atOnce, commit: atOnce, isCommitKept: () => true },
  })
  const tenancy = createModelTenancy(database, () => Date.now())
  const tenantKey = (tenant: TenantId) => deriveTenantKey(subtle, new Uint8Array(32), tenant)
  const draw = (count: number) => new Uint8Array(randomBytes(count))
  return {
    clock,
    deps: {
      ...tenancy,
      ...(await createKeys(subtle, draw)),
      sessions: keepSessions(database),
      passwords: { hash: async (text) => text, verify: async (text, hash) => text === hash },
      signupOpen: true,
      auditHeads: { append: async () => {}, noteRestore: async () => {}, read: async () => [] },
      limits: createRateLimiter({ now }),
      sheets: { sheets: undefined } as never,
      now,
      random: draw,
      subtle,
      node: 'central',
      incarnation: '00000000-0000-4000-8000-000000000001',
      failover: null,
      live: { announce: () => {}, nextChange: async () => {} },
      shed: { enter: async () => () => {} },
      snapshotBuilds: { request: () => {} },
      tenantKey,
    },
    async addTickets(tenant, event, count) {
      const keys = { subtle, random: draw, tenantKey }
      const ids = [tenant as TenantId, event as EventId] as const
      return (await issueTickets(database, keys, ...ids, count)).map(({ digest }): Digest => digest)
    },
    ageContacts: (_, device, ms) =>
      database.tx(async (tx) => {
        const contacts = tx.table<ContactRow>('contacts')
        for (const row of contacts.all().filter((one) => one.device === device)) {
          const name = `${device}/${row.epoch}/${row.headSeq}/${row.node}/${row.place}`
          contacts.set(name, { ...row, tiMs: row.tiMs - ms, trMs: row.trMs - ms })
        }
        const devices = tx.table<DeviceRow>('devices')
        const row = devices.get(device)
        if (row) devices.set(device, { ...row, lastContactMs: (row.lastContactMs ?? 0) - ms })
      }),
    findTexts: async () =>
      database
        .rows<ScanRow>('scans')
        .flatMap(({ hash, texts }) =>
          Object.entries(texts).flatMap(([field, text]) =>
            text ? [{ hash, field, text: text.text }] : [],
          ),
        ),
    readClaims: async (_, event) =>
      database
        .rows<ClaimRow>('claims')
        .filter((row) => row.event === event && row.answer.outcome === 'accepted')
        .flatMap(({ device, op, list, invitee, authority, slot, settledMs, voidedBy }) =>
          invitee === null
            ? []
            : [
                {
                  device,
                  op,
                  list,
                  invitee,
                  authority,
                  slot,
                  settled: settledMs !== null,
                  voidedBy,
                },
              ],
        ),
    giveAuthority: (_, event, hub) =>
      database.tx(async (tx) => {
        const authorities = tx.table<AuthorityRow>('authorities')
        const { no } = authorities.get(event) ?? { no: 1 }
        authorities.set(event, { no: no + 1, hub: hub as DeviceId | null })
      }),
    takeDirty: (tenant) =>
      database.tx(async (tx) => {
        const outbox = tx.table<OutboxRowKept>('outbox')
        const rows = outbox.all().filter((row) => row.tenant === tenant && !row.published)
        for (const row of rows) outbox.set(`${row.no}`, { ...row, published: true })
        return rows.map(({ body }) => body.keys.map(([list, invitee]) => ({ list, invitee })))
      }),
  }
}

function keepSessions(database: ReturnType<typeof createModelDatabase>) {
  const users = new Map<string, { readonly tenant: TenantId; readonly user: string }>()
  return {
    async open(tenant: TenantId, user: string) {
      const secret = `secret-${users.size}`
      users.set(secret, { tenant, user })
      return { secret, expiresMs: Number.MAX_SAFE_INTEGER }
    },
    async read(secret: string) {
      const held = users.get(secret)
      const row = database.rows<UserRow>('users').find(({ id }) => id === held?.user)
      if (!held || !row) return null
      const { id: user, email, role, tenant } = row
      return { tenant, user, email, role, expiresMs: Number.MAX_SAFE_INTEGER }
    },
    close: async (secret: string) => void users.delete(secret),
  }
}
