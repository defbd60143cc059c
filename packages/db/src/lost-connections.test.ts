/**
 * Goal: a connection that is lost costs what was under way on it, and nothing else: not the process,
 * not the pool, and never another transaction.
 * Method: backends of a database of this test's own are ended, and a line to Postgres is reset, in the
 * middle of transactions. The driver is patched for this: see `infra/patches`.
 */
import { createServer, connect as dial, type Socket } from 'node:net'
import { createTestPostgres } from '@eventpass/tooling/test-postgres'
import { type SQL, sql } from 'drizzle-orm'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { type Database, openDatabase } from './database.ts'
import { isDatabaseAway } from './is-database-away.ts'
import { queryRows } from './query-rows.ts'

const connectionsMax = 4
const rounds = 5
let url: string

beforeAll(async () => {
  const made = await createTestPostgres()
  url = made.url
  return made.drop
})

/** A pool on the test's database, ended with the test. */
async function open(connections: number, at = url): Promise<Database> {
  const database = await openDatabase({ url: at, connectionsMax: connections })
  onTestFinished(database.close)
  return database
}

type Transaction = Parameters<Parameters<Database['drizzle']['transaction']>[0]>[0]

async function pidOf(tx: Transaction): Promise<number> {
  const [row] = await queryRows<{ pid: number }>(tx, sql`select pg_backend_pid() as pid`)
  return row?.pid ?? 0
}

async function countBackends(admin: Database, which: SQL): Promise<number> {
  const [row] = await queryRows<{ count: number }>(
    admin.drizzle,
    sql`select count(*)::int as count from pg_stat_activity
        where datname = current_database() and ${which}`,
  )
  return row?.count ?? 0
}

async function endBackends(admin: Database, which: SQL): Promise<void> {
  await admin.drizzle.execute(sql`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and ${which}`)
}

function signal() {
  let raise = () => {}
  const raised = new Promise<void>((resolve) => {
    raise = resolve
  })
  return { raise, raised }
}

test('work of a transaction whose connection was lost never reaches the transaction after it', async () => {
  const [admin, database] = [await open(1), await open(1)]
  await admin.drizzle.execute(sql`create table notes (text text)`)
  const [begun, goOn, done] = [signal(), signal(), signal()]
  let pid = 0
  const lost = database.drizzle.transaction(async (tx) => {
    await tx.execute(sql`insert into notes values ('of the lost one')`)
    pid = await pidOf(tx)
    begun.raise()
    // As if it had waited for something else than the database.
    await goOn.raised
    await tx.execute(sql`insert into notes values ('of the lost one, late')`).catch(() => {})
    await tx.execute(sql`commit`).catch(() => {})
    done.raise()
  })
  const ending = expect(lost).rejects.toSatisfy(isDatabaseAway)
  await begun.raised
  await endBackends(admin, sql`pid = ${pid}`)
  await ending

  const next = database.drizzle.transaction(async (tx) => {
    await tx.execute(sql`insert into notes values ('of the next one')`)
    goOn.raise()
    await done.raised
    throw new Error('It thinks better of it.')
  })
  await expect(next).rejects.toThrow('It thinks better of it.')
  expect(await queryRows(admin.drizzle, sql`select * from notes`)).toEqual([])
})

test('backends that are ended again and again leave a pool that works', async () => {
  const [admin, database] = [await open(1), await open(connectionsMax)]
  for (let round = 0; round < rounds; round += 1) {
    const asleep = Array.from({ length: connectionsMax }, () =>
      database.drizzle.transaction((tx) => tx.execute(sql`select pg_sleep(60)`)),
    )
    const ended = Promise.all(asleep.map((each) => expect(each).rejects.toSatisfy(isDatabaseAway)))
    const sleeping = sql`query = 'select pg_sleep(60)'`
    await expect.poll(() => countBackends(admin, sleeping)).toBe(connectionsMax)
    await endBackends(admin, sleeping)
    await ended
    const after = Array.from({ length: 2 * connectionsMax }, () =>
      database.drizzle.transaction(pidOf),
    )
    expect((await Promise.all(after)).every((pid) => pid > 0)).toBe(true)
  }
})

test('a line that is reset in a transaction leaves a pool that works', async () => {
  const line = await openLine()
  const database = await open(1, line.url)
  for (let round = 0; round < rounds; round += 1) {
    const asleep = database.drizzle.transaction(async (tx) => {
      await pidOf(tx)
      const sleep = tx.execute(sql`select pg_sleep(60)`)
      line.reset()
      await sleep
    })
    await expect(asleep).rejects.toSatisfy(isDatabaseAway)
    for (let again = 0; again < 3; again += 1) {
      expect(await database.drizzle.transaction(pidOf)).toBeGreaterThan(0)
    }
  }
})

/** A line to Postgres that can be reset, so that the client hears of it as of a fault. */
async function openLine(): Promise<{ readonly url: string; readonly reset: () => void }> {
  const { hostname, port } = new URL(url)
  const near = new Set<Socket>()
  const server = createServer((socket) => {
    const far = dial(Number(port || 5432), hostname)
    near.add(socket)
    socket.pipe(far).pipe(socket)
    for (const [one, other] of [
      [socket, far],
      [far, socket],
    ] as const) {
      one.on('error', () => {})
      one.on('close', () => other.destroy())
    }
    socket.on('close', () => near.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of near) socket.destroy()
    server.close()
  })
  const address = server.address()
  const at = new URL(url)
  at.hostname = '127.0.0.1'
  at.port = String(typeof address === 'object' ? address?.port : '')
  return {
    url: at.href,
    reset: () => {
      for (const socket of near) socket.resetAndDestroy()
    },
  }
}
