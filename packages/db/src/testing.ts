import { randomBytes, webcrypto } from 'node:crypto'
import { createRateLimiter } from '@eventpass/api'
import type { World } from '@eventpass/api/testing'
import { deriveTenantKey } from '@eventpass/token'
import postgres from 'postgres'
import { describe } from 'vitest'
import { createSessionKeeper } from './accounts/lucia-sessions.ts'
import { createPasswordHasher } from './accounts/passwords.ts'
import { type Database, openDatabase } from './database.ts'
import { createTenancy } from './tenancy.ts'

const adminUrl = process.env.TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres'

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
  const { url, drop } = await createPostgresDatabase()
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

/** An empty Postgres database, not migrated; `owner` is a role to own it, or null. */
export async function createPostgresDatabase(
  owner: string | null = null,
): Promise<{ readonly url: string; readonly drop: () => Promise<void> }> {
  const name = `eventpass_test_${randomBytes(8).toString('hex')}`
  const run = async (statement: string) => {
    const admin = postgres(adminUrl, { max: 1, onnotice: () => {} })
    try {
      await admin.unsafe(statement)
    } finally {
      await admin.end()
    }
  }
  await run(`create database ${name}${owner === null ? '' : ` owner ${owner}`}`)
  const url = new URL(adminUrl)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => run(`drop database ${name} with (force)`) }
}

/** Runs the same suite against PGlite and against Postgres. */
export function describeEachDatabase(
  name: string,
  suite: (open: () => Promise<TestDatabase>) => void,
): void {
  describe(`${name}, PGlite`, () => suite(openTestPglite))
  describe(`${name}, Postgres`, () => suite(openTestPostgres))
}

/** Central's use cases over this database, with a clock to set and quick passwords. */
export function openWorld({ drizzle }: Database): World {
  const clock = { ms: 1_780_000_000_000 }
  const now = () => clock.ms
  const tenancy = createTenancy(drizzle)
  const random = (count: number) => new Uint8Array(randomBytes(count))
  const masterKey = random(32)
  const { subtle } = webcrypto
  return {
    clock,
    deps: {
      ...tenancy,
      sessions: createSessionKeeper(drizzle, tenancy),
      passwords: createPasswordHasher({ cost: 4 }),
      signupOpen: true,
      limits: createRateLimiter({ now }),
      now,
      random,
      subtle,
      tenantKey: (tenant) => deriveTenantKey(subtle, masterKey, tenant),
    },
  }
}
