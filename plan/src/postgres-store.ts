import { asc, eq, gte, inArray, sql } from 'drizzle-orm'
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
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
  type StoreReading,
  tableFormat,
  whatIsThere,
} from './plan-store.ts'
import {
  createStatement,
  history,
  phases,
  runs,
  schemaName,
  state,
  steps,
  tables,
} from './postgres-schema.ts'

type Db = Pick<PostgresJsDatabase, 'select' | 'insert' | 'update' | 'delete' | 'execute'>

/**
 * The plan's table in Postgres, in a schema of its own.
 *
 * Two checkouts may share it. Each has its own mirror and lock, so the revision is compared
 * inside the transaction: whoever comes second finds `false`, reads again and decides again.
 */
export function createPostgresStore(url: string): PlanStore {
  const client = postgres(url, { max: 1, connect_timeout: 10, onnotice: () => {} })
  const db = drizzle(client)

  async function readStamp(): Promise<Stamp | null> {
    if (!(await isThere(db, 'state'))) return null
    const [row] = await db.select().from(state)
    if (row?.format !== tableFormat) return null
    return { revision: row.revision, templateDigest: row.templateDigest }
  }

  return {
    readStamp: () => readStamp().catch(orWhenDamaged(() => null)),

    async read() {
      try {
        if ((await readStamp()) === null) return whatIsThere(await isThere(db, 'state'))
        // One transaction, so that the five answers speak of one state.
        return await db.transaction((tx) => readAll(tx), { isolationLevel: 'repeatable read' })
      } catch (error) {
        return orWhenDamaged((why): StoreReading => ({ kind: 'damaged', why }))(error)
      }
    },

    async readSince(revision) {
      const since = gte(history.position, revision)
      const rows = await db.select().from(history).where(since).orderBy(asc(history.position))
      const named = inArray(runs.id, db.select({ id: history.run }).from(history).where(since))
      const added = await db.select().from(runs).where(named)
      return { history: rows.map(fromHistoryRow), runs: added }
    },

    write: ({ before, after, templateDigest }) =>
      db.transaction(async (tx) => {
        const moved = await tx
          .update(state)
          .set(toStateRow(after, templateDigest))
          .where(eq(state.revision, before.history.length))
          .returning({ id: state.id })
        if (moved.length === 0) return false
        const rows = changedRows(before, after)
        for (const row of rows.phases) await tx.update(phases).set(row).where(eq(phases.id, row.id))
        for (const row of rows.steps) await tx.update(steps).set(row).where(eq(steps.id, row.id))
        for (const chunk of inChunks(rows.history)) await tx.insert(history).values(chunk)
        for (const chunk of inChunks(rows.runsAdded)) await tx.insert(runs).values(chunk)
        for (const ids of inChunks(rows.runsDropped)) {
          await tx.delete(runs).where(inArray(runs.id, ids))
        }
        return true
      }),

    replace: (plan, templateDigest) =>
      db.transaction(async (tx) => {
        await tx.execute(sql.raw(`create schema if not exists ${schemaName}`))
        for (const table of tables) await tx.execute(sql.raw(createStatement(table)))
        for (const table of tables) await tx.delete(table)
        await tx.insert(state).values(toStateRow(plan, templateDigest))
        for (const chunk of inChunks(toPhaseRows(plan))) await tx.insert(phases).values(chunk)
        for (const chunk of inChunks(toStepRows(plan))) await tx.insert(steps).values(chunk)
        for (const chunk of inChunks(toHistoryRows(plan.history, 0))) {
          await tx.insert(history).values(chunk)
        }
        for (const chunk of inChunks(plan.runs)) await tx.insert(runs).values(chunk)
      }),

    async setAside() {
      const aside = `${schemaName}_damaged_${Date.now()}`
      await db.execute(sql.raw(`alter schema ${schemaName} rename to ${aside}`))
      return `schema ${aside}`
    },

    close: () => client.end(),
  }
}

async function isThere(db: Db, table: string): Promise<boolean> {
  const found = await db.execute(sql`select to_regclass(${`${schemaName}.${table}`}) as name`)
  return found[0]?.name !== null
}

async function readAll(db: Db): Promise<StoreReading> {
  const [row] = await db.select().from(state)
  if (row === undefined) return { kind: 'damaged', why: 'it has no state' }
  const plan = fromRows({
    state: row,
    phases: await db.select().from(phases).orderBy(asc(phases.position)),
    steps: await db.select().from(steps).orderBy(asc(steps.position)),
    history: await db.select().from(history).orderBy(asc(history.position)),
    runs: await db.select().from(runs).orderBy(asc(runs.startedAt), asc(runs.id)),
  })
  const stamp = { revision: row.revision, templateDigest: row.templateDigest }
  return { kind: 'present', stamp, plan }
}

/** A column or a table that is not there, or not of its type. A server that is away is no such thing. */
const damageCodes = ['42703', '42P01', '42804', '42883']

/** Answers something else where the tables are not of our form; any other error goes on. */
const orWhenDamaged =
  <T>(instead: (why: string) => T) =>
  (error: unknown): T => {
    const cause = error instanceof Error ? (error.cause ?? error) : error
    if (cause instanceof postgres.PostgresError && damageCodes.includes(cause.code)) {
      return instead(cause.message)
    }
    throw error
  }
