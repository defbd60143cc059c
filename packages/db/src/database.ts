import { mkdir } from 'node:fs/promises'
import { PGlite } from '@electric-sql/pglite'
import { sql } from 'drizzle-orm'
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite'
import { migrate as migratePglite } from 'drizzle-orm/pglite/migrator'
import { drizzle as drizzlePostgres } from 'drizzle-orm/postgres-js'
import { migrate as migratePostgres } from 'drizzle-orm/postgres-js/migrator'
import postgres from 'postgres'
import type { Drizzle } from './drizzle.ts'
import { holdFolder } from './hold-folder.ts'
import { preparingMarked } from './prepared.ts'
import { createProber } from './prober.ts'
import { queryRows } from './query-rows.ts'
import { StartFault } from './start-fault.ts'
import { keepVacuumed } from './vacuum-worn.ts'

const migrationsFolder = new URL('../migrations', import.meta.url).pathname
/** Names the migration among the advisory locks of its database. */
const migrationLock = 0x45_56_50_53
const closeTimeoutSeconds = 5
const reconnectDelayMaxS = 0.5
const sharedConnectionsMax = 2

export interface Database {
  readonly engine: 'postgres' | 'pglite'
  readonly drizzle: Drizzle
  /** A few connections of their own, for short statements that many callers share: they stay warm. */
  readonly shared: Drizzle
  /** Brings the schema up to date; safe from several processes at once. Forward only. */
  readonly migrate: () => Promise<void>
  /** True where the database answers now. */
  readonly isUp: () => Promise<boolean>
  /**
   * True where the database can be written to now, by a connection of its own that no load of the
   * others delays; false also where it does not say so within `probeMsMax`.
   */
  readonly probe: () => Promise<boolean>
  /** Wakes whoever listens to the channel, in any process of this database. May be lost. */
  readonly notify: (channel: string) => Promise<void>
  /** Also called when the connection came back, since something may have been missed. */
  readonly listen: (channel: string, wake: () => void) => Promise<() => Promise<void>>
  readonly close: () => Promise<void>
}

export type DatabaseOptions =
  | { readonly url: string; readonly connectionsMax?: number }
  /** A folder that keeps PGlite's files, or null for a database in memory. One process at a time. */
  | { readonly dataDir: string | null }

/** Opens Postgres where a URL is given, PGlite otherwise. Throws where it does not answer. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  return 'url' in options
    ? openPostgres(options.url, options.connectionsMax ?? 10)
    : openPglite(options.dataDir)
}

async function openPostgres(url: string, connectionsMax: number): Promise<Database> {
  const connect = (max: number) =>
    postgres(url, {
      ...{ max, onnotice: () => {}, connect_timeout: 10, backoff: reconnectDelayS },
      // Our statements end within milliseconds: compiling one takes a second.
      connection: { jit: 'off' },
    })
  const client = connect(connectionsMax)
  const db: Drizzle = drizzlePostgres(preparingMarked(client))
  const sharedClient = connect(Math.min(connectionsMax, sharedConnectionsMax))
  const prober = createProber(url)
  return {
    engine: 'postgres',
    drizzle: db,
    shared: drizzlePostgres(preparingMarked(sharedClient)),
    async migrate() {
      // One connection, so that lock and migration share a session.
      const alone = connect(1)
      try {
        await alone`select pg_advisory_lock(${migrationLock})`
        await migratePostgres(drizzlePostgres(alone), { migrationsFolder })
        await requirePlainRoles(db)
      } finally {
        await alone.end({ timeout: closeTimeoutSeconds })
      }
    },
    isUp: () => answers(db),
    probe: prober.probe,
    notify: async (channel) => void (await client.notify(channel, '')),
    listen: async (channel, wake) => (await client.listen(channel, wake, wake)).unlisten,
    async close() {
      prober.close()
      const ends = [client, sharedClient].map((one) => one.end({ timeout: closeTimeoutSeconds }))
      await Promise.all(ends)
    },
  }
}

/** Before the next try to connect. The driver's own grows to 20 s, in which nobody sees that Postgres is back. */
function reconnectDelayS(failures: number): number {
  return Math.min(0.01 * 2 ** failures, reconnectDelayMaxS)
}

async function openPglite(dataDir: string | null): Promise<Database> {
  if (dataDir !== null) await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const letGo = dataDir === null ? async () => {} : await holdFolder(dataDir)
  try {
    const client = await PGlite.create(dataDir ?? 'memory://')
    const stopVacuuming = keepVacuumed(client)
    const drizzled = drizzlePglite(client)
    const db: Drizzle = drizzled
    return {
      engine: 'pglite',
      drizzle: db,
      shared: db,
      async migrate() {
        await migratePglite(drizzled, { migrationsFolder })
        await requirePlainRoles(db)
      },
      isUp: () => answers(db),
      probe: () => answers(db),
      notify: async (channel) => void (await db.execute(sql`select pg_notify(${channel}, '')`)),
      listen: (channel, wake) => client.listen(channel, wake),
      async close() {
        await stopVacuuming()
        await client.close()
        await letGo()
      },
    }
  } catch (error) {
    await letGo()
    throw error
  }
}

/** A role that somebody made a superuser would see every tenant: refuse to work with it. */
async function requirePlainRoles(db: Drizzle): Promise<void> {
  const mighty = await queryRows<{ rolname: string }>(
    db,
    sql`select rolname from pg_roles where rolname in ('eventpass_app', 'eventpass_lookup')
        and (rolsuper or rolbypassrls)`,
  )
  const [role] = mighty
  if (role) {
    throw new StartFault(
      `The database role ${role.rolname} may bypass row-level security. ` +
        `Run ALTER ROLE ${role.rolname} NOSUPERUSER NOBYPASSRLS and start again.`,
    )
  }
}

async function answers(db: Drizzle): Promise<boolean> {
  try {
    await db.execute(sql`select 1`)
    return true
  } catch {
    return false
  }
}
