import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Client, createClient, LibsqlError } from '@libsql/client/sqlite3'
import { asc, eq, gte, inArray } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { drizzle } from 'drizzle-orm/libsql/sqlite3'
import { createStatement, history, phases, runs, state, steps, tables } from './libsql-schema.ts'
import type { Plan } from './plan.ts'
import {
  changedRows,
  fromHistoryRow,
  fromRows,
  inChunks,
  toHistoryRows,
  toPhaseRows,
  toStateRow,
  toStepRows,
} from './plan-rows.ts'
import {
  type PlanStore,
  type Stamp,
  type StoreChange,
  type StoreReading,
  tableFormat,
  whatIsThere,
} from './plan-store.ts'

type Batch = [BatchItem<'sqlite'>, ...BatchItem<'sqlite'>[]]

/**
 * The plan's table in a libSQL file.
 *
 * Rollback journal, not WAL: SQLite before 3.51.3 can lose data when two processes checkpoint a
 * WAL at once, and `ai status` in another terminal is such a second process. No waiting for the
 * disk either: the mirror is forced to it with every change, and a table that a power cut left
 * behind or broken is rebuilt from there like any other.
 */
export function createLibsqlStore(path: string): PlanStore {
  let client: Client | null = null

  async function open() {
    if (client === null) {
      mkdirSync(dirname(path), { recursive: true })
      client = createClient({ url: `file:${path}`, timeout: 5000, concurrency: 1 })
      await client.execute('pragma synchronous = off')
    }
    return drizzle(client)
  }

  function close() {
    client?.close()
    client = null
  }

  async function readStamp(): Promise<Stamp | null> {
    const db = await open()
    const found = await db.$client.execute("select 1 from sqlite_master where name = 'state'")
    if (found.rows.length === 0) return null
    const [row] = await db.select().from(state)
    if (row?.format !== tableFormat) return null
    return { revision: row.revision, templateDigest: row.templateDigest }
  }

  return {
    readStamp: () => readStamp().catch(() => null),

    async read(): Promise<StoreReading> {
      try {
        if ((await readStamp()) === null)
          return whatIsThere(await hasTables((await open()).$client))
        return await readAll(await open())
      } catch (error) {
        if (!isDamage(error)) throw error
        return { kind: 'damaged', why: messageOf(error) }
      }
    },

    async readSince(revision) {
      const db = await open()
      const since = gte(history.position, revision)
      const rows = await db.select().from(history).where(since).orderBy(asc(history.position))
      const named = inArray(runs.id, db.select({ id: history.run }).from(history).where(since))
      const added = await db.select().from(runs).where(named)
      return { history: rows.map(fromHistoryRow), runs: added }
    },

    async write(change: StoreChange) {
      const db = await open()
      const isOvertaken = async () => (await readStamp())?.revision !== change.before.history.length
      if (await isOvertaken()) return false
      try {
        await db.batch(writeBatch(db, change))
        return true
      } catch (error) {
        // Positions are unique, so whoever was overtaken after looking fails on its first line.
        if (await isOvertaken()) return false
        throw error
      }
    },

    async replace(plan: Plan, templateDigest: string) {
      const db = await open()
      for (const table of tables) await db.$client.execute(createStatement(table))
      await db.batch(replaceBatch(db, plan, templateDigest))
    },

    async setAside() {
      close()
      const aside = `${path}.damaged-${new Date().toISOString().replace(/[-:.]/g, '')}`
      for (const suffix of ['', '-journal', '-wal', '-shm']) {
        if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix)
      }
      return aside
    },

    close: async () => close(),
  }
}

type Db = ReturnType<typeof drizzle<Record<string, never>, Client>>

async function readAll(db: Db): Promise<StoreReading> {
  const [stateRows, phaseRows, stepRows, historyRows, runRows] = await db.batch([
    db.select().from(state),
    db.select().from(phases).orderBy(asc(phases.position)),
    db.select().from(steps).orderBy(asc(steps.position)),
    db.select().from(history).orderBy(asc(history.position)),
    db.select().from(runs).orderBy(asc(runs.startedAt), asc(runs.id)),
  ])
  const [row] = stateRows
  if (row === undefined) return { kind: 'damaged', why: 'it has no state' }
  const stamp = { revision: row.revision, templateDigest: row.templateDigest }
  const rows = {
    state: row,
    phases: phaseRows,
    steps: stepRows,
    history: historyRows,
    runs: runRows,
  }
  return { kind: 'present', stamp, plan: fromRows(rows) }
}

/** One batch and no transaction: it runs without a pause in which another connection could wait. */
function writeBatch(db: Db, { before, after, templateDigest }: StoreChange): Batch {
  const rows = changedRows(before, after)
  const rest: BatchItem<'sqlite'>[] = [
    ...rows.phases.map((row) => db.update(phases).set(row).where(eq(phases.id, row.id))),
    ...rows.steps.map((row) => db.update(steps).set(row).where(eq(steps.id, row.id))),
    ...inChunks(rows.history).map((chunk) => db.insert(history).values(chunk)),
    ...inChunks(rows.runsAdded).map((chunk) => db.insert(runs).values(chunk)),
    ...inChunks(rows.runsDropped).map((ids) => db.delete(runs).where(inArray(runs.id, ids))),
  ]
  return [db.update(state).set(toStateRow(after, templateDigest)), ...rest]
}

function replaceBatch(db: Db, plan: Plan, templateDigest: string): Batch {
  const rest: BatchItem<'sqlite'>[] = [
    ...[phases, steps, history, runs].map((table) => db.delete(table)),
    db.insert(state).values(toStateRow(plan, templateDigest)),
    ...inChunks(toPhaseRows(plan)).map((chunk) => db.insert(phases).values(chunk)),
    ...inChunks(toStepRows(plan)).map((chunk) => db.insert(steps).values(chunk)),
    ...inChunks(toHistoryRows(plan.history, 0)).map((chunk) => db.insert(history).values(chunk)),
    ...inChunks(plan.runs).map((chunk) => db.insert(runs).values(chunk)),
  ]
  return [db.delete(state), ...rest]
}

async function hasTables(client: Client): Promise<boolean> {
  const found = await client.execute("select 1 from sqlite_master where type = 'table'")
  return found.rows.length > 0
}

/** Only what the file itself is guilty of: a busy or read-only file is no reason to replace it. */
function isDamage(error: unknown): boolean {
  const causes = [error, error instanceof Error ? error.cause : null]
  return causes.some(
    (cause) =>
      cause instanceof LibsqlError &&
      (/^SQLITE_(?:NOTADB|CORRUPT)/.test(cause.code) ||
        /no such (?:column|table)/.test(cause.message)),
  )
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
