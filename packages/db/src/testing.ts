import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRateLimiter } from '@eventpass/api'
import type {
  AuditWorld,
  ErasureWorld,
  OrdersWorld,
  StoredClaim,
  SyncWorld,
} from '@eventpass/api/testing'
import type { Digest, EventId, InviteeNo, ListId, TenantId } from '@eventpass/domain'
import { createSheetReader } from '@eventpass/sheets'
import { base64urlFromBytes } from '@eventpass/sync'
import { deriveTenantKey } from '@eventpass/token'
import { createTestPostgres } from '@eventpass/tooling/test-postgres'
import { sql } from 'drizzle-orm'
import { describe } from 'vitest'
import { createSessionKeeper } from './accounts/lucia-sessions.ts'
import { createPasswordHasher } from './accounts/passwords.ts'
import { createUnchainedAudit } from './audit/audit-chain-store.ts'
import { createHeadFiles } from './audit/head-files.ts'
import { type Database, openDatabase } from './database.ts'
import type { Drizzle } from './drizzle.ts'
import { raiseManifest } from './events/raise-manifest.ts'
import { readIncarnation } from './node-state.ts'
import { createDueOrders } from './orders/order-store.ts'
import { createOutboxStore } from './outbox/outbox-store.ts'
import { queryRows } from './query-rows.ts'
import { createTenancy, inTenant } from './tenancy.ts'

export { countOutbox, type Outcome, readOutcome, ruleAllAgain } from './outcome.fake.ts'

/** A migrated database of one test file's own. */
export interface TestDatabase extends Database {
  /** Null for PGlite, which lives in this process alone. */
  readonly url: string | null
  /** Closes it and leaves nothing behind. */
  readonly remove: () => Promise<void>
}

export async function openTestPglite(): Promise<TestDatabase> {
  const database = await openDatabase({ dataDir: null })
  await database.migrate()
  return { ...database, url: null, remove: database.close }
}

/** Makes a database of its own on the Postgres of TEST_DATABASE_URL and drops it afterwards. */
export async function openTestPostgres(): Promise<TestDatabase> {
  const { url, drop } = await createTestPostgres()
  const database = await openDatabase({ url })
  await database.migrate()
  return {
    ...database,
    url,
    remove: async () => {
      await database.close()
      await drop()
    },
  }
}

/** Runs the same suite against PGlite and against Postgres. */
export function describeEachDatabase(
  name: string,
  suite: (open: () => Promise<TestDatabase>) => void,
): void {
  describe(`${name}, PGlite`, () => suite(openTestPglite))
  describe(`${name}, Postgres`, () => suite(openTestPostgres))
}

/**
 * Central's use cases over this database, with a clock to set and quick passwords; under the keys
 * of an earlier process where one is given.
 */
export async function openWorld(
  database: Database,
  earlier?: SyncWorld,
): Promise<SyncWorld & OrdersWorld & AuditWorld & ErasureWorld> {
  const { drizzle } = database
  const clock = { ms: 1_780_000_000_000 }
  const now = () => clock.ms
  const tenancy = createTenancy(drizzle)
  const random = (count: number) => new Uint8Array(randomBytes(count))
  const masterKey = random(32)
  const { subtle } = globalThis.crypto
  const curve = { name: 'ECDSA', namedCurve: 'P-256' }
  const central = await subtle.generateKey(curve, false, ['sign', 'verify'])
  const point = new Uint8Array(await subtle.exportKey('raw', central.publicKey))
  const hmac = { name: 'HMAC', hash: 'SHA-256' }
  return {
    addTickets: (tenant, event, count) => addTickets(drizzle, tenant, event, count),
    takeDirty: (tenant) => takeDirty(drizzle, tenant),
    ageContacts: (tenant, device, ms) =>
      inTenant(drizzle, tenant as TenantId, async (scope) => {
        await scope.db.execute(sql`update contacts set ti_ms = ti_ms - ${ms}::bigint,
          tr_ms = tr_ms - ${ms}::bigint where tenant = ${tenant} and device = ${device}`)
        await scope.db.execute(sql`update devices set last_contact_ms = last_contact_ms - ${ms}::bigint
          where tenant = ${tenant} and id = ${device}`)
      }),
    findTexts: (tenant) =>
      inTenant(drizzle, tenant as TenantId, (scope) =>
        queryRows<{ hash: string; field: string; text: string }>(
          scope.db,
          sql`select encode(scan_hash, 'hex') as hash, field, text from scan_texts
              where tenant = ${tenant} order by 1, 2`,
        ),
      ),
    readClaims: (tenant, event) => readClaims(drizzle, tenant, event),
    giveAuthority: (tenant, event, hub) => giveAuthority(drizzle, tenant, event, hub),
    outbox: createOutboxStore(drizzle),
    unchainedAudit: createUnchainedAudit(drizzle),
    tamper: async (statement) => void (await drizzle.execute(sql.raw(statement))),
    findWord: (word) => findWord(drizzle, word),
    dueOrders: createDueOrders(drizzle),
    findNotifications: (tenant, event) =>
      inTenant(drizzle, tenant, (scope) =>
        queryRows<{ kind: string; subject: string }>(
          scope.db,
          sql`select kind, subject from notifications
              where tenant = ${tenant} and event = ${event} order by at_ms, kind`,
        ),
      ),
    clock,
    deps: {
      ...tenancy,
      sessions: createSessionKeeper(drizzle, tenancy),
      passwords: createPasswordHasher({ cost: 4 }),
      signupOpen: true,
      limits: createRateLimiter({ now }),
      sheets: createSheetReader(join(tmpdir(), 'eventpass-test-uploads')),
      now,
      random,
      subtle,
      node: 'central',
      incarnation: await readIncarnation(database),
      centralKey: central.privateKey,
      centralPoint: base64urlFromBytes(point),
      passKey: await subtle.importKey('raw', random(32), hmac, false, ['sign', 'verify']),
      shed: { enter: async () => () => {} },
      failover: null,
      live: { announce: () => {}, nextChange: async () => {} },
      auditHeads: createHeadFiles(join(tmpdir(), `eventpass-test-heads-${process.pid}`)),
      snapshotBuilds: { request: () => {} },
      tenantKey: (tenant) => deriveTenantKey(subtle, masterKey, tenant),
      ...(earlier && keysOf(earlier)),
    },
  }
}

function keysOf({ deps: { centralKey, centralPoint, passKey, tenantKey } }: SyncWorld) {
  return { centralKey, centralPoint, passKey, tenantKey }
}

/** Valid tickets in one commit, without the import in front of them. */
function addTickets(
  db: Drizzle,
  tenant: string,
  event: string,
  count: number,
): Promise<readonly Digest[]> {
  return inTenant(db, tenant as TenantId, async (scope) => {
    const revision = await raiseManifest(scope, event as EventId, {
      frame: false,
      inviteesAdded: count,
    })
    const rows = await queryRows<{ digest: string }>(
      scope.db,
      sql`with base as (select coalesce(max(no), 0) as no from invitees
            where tenant = ${tenant} and event = ${event}),
          people as (insert into invitees (tenant, id, event, no, name, fold, revision)
            select ${tenant}, gen_random_uuid(), ${event}, base.no + n, 'Guest ' || n, 'guest ' || n,
              ${revision} from base, generate_series(1, ${count}::int) as n returning id, no)
          insert into tickets (tenant, id, event, invitee, kid, generation, digest, state, revision)
          select ${tenant}, decode(substr(md5(id::text), 1, 24), 'hex'), ${event}, id, 1, 1,
            decode(md5(id::text || 'digest'), 'hex'), 'valid', ${revision} from people order by no
          returning encode(digest, 'hex') as digest`,
    )
    return rows.map(({ digest }) => digest as Digest)
  })
}

/** What the relay would hand to the worker; each message once. */
async function takeDirty(db: Drizzle, tenant: string) {
  const rows = await inTenant(db, tenant as TenantId, (scope) =>
    queryRows<{ key: { keys: [ListId, InviteeNo][] } }>(
      scope.db,
      sql`delete from outbox where tenant = ${tenant} and topic = 'reconcile' returning key`,
    ),
  )
  return rows.map(({ key }) => key.keys.map(([list, invitee]) => ({ list, invitee })))
}

/** Every op of an event that was told `accepted`, with what became of it. */
function readClaims(db: Drizzle, tenant: string, event: string) {
  return inTenant(db, tenant as TenantId, (scope) =>
    queryRows<StoredClaim & Record<string, unknown>>(
      scope.db,
      sql`select device, op, list, invitee_no as invitee, authority, slot,
            settled_ms is not null as settled, voided_by as "voidedBy"
          from claims where tenant = ${tenant} and event = ${event} and outcome = 'accepted'
          order by at_ms`,
    ),
  )
}

/** Tables of which some row holds a word in some column. */
async function findWord(db: Drizzle, word: string): Promise<readonly string[]> {
  const tables = await queryRows<{ name: string }>(
    db,
    sql`select tablename as name from pg_tables where schemaname = 'public' order by 1`,
  )
  const holding: string[] = []
  for (const { name } of tables) {
    const rows = await queryRows(
      db,
      sql`select from ${sql.identifier(name)} as r where position(lower(${word}) in lower(r::text)) > 0`,
    )
    if (rows.length > 0) holding.push(name)
  }
  return holding
}

/** What a person will do to hand an event to a hub; null takes it back. */
async function giveAuthority(db: Drizzle, tenant: string, event: string, hub: string | null) {
  await inTenant(db, tenant as TenantId, (scope) =>
    scope.db.execute(sql`update events set authority_no = authority_no + 1, authority_hub = ${hub}::uuid
      where tenant = ${tenant} and id = ${event}`),
  )
}
