import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDatabase, dropDatabases, withServer } from './postgres.ts'

const resetDb = join(import.meta.dirname, '../scripts/reset-db.sh')
const adminUrl = process.env.TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres'
const name = `eventpass_test_reset_${process.pid}`
let url: string

beforeAll(async () => {
  url = await createDatabase(adminUrl, name)
  await withServer(url, (sql) => sql`create table left_over (id int)`)
})

afterAll(() => dropDatabases(adminUrl, name))

test('a database is emptied and laid anew only for somebody who says --yes', async () => {
  const asked = reset(url, [])
  expect(asked.status).toBe(1)
  expect(asked.stderr).toContain(`everything in the database at ${new URL(url).host}/${name}`)
  expect(await tablesIn(url)).toEqual(['left_over'])

  const sure = reset(url, ['--yes'])
  expect(sure.status, sure.stderr).toBe(0)
  const tables = await tablesIn(url)
  expect(tables).toContain('scans')
  expect(tables).not.toContain('left_over')
})

test('a database that does not answer is named, and the password is not', () => {
  const { status, stderr } = reset('postgres://someone:secret@127.0.0.1:1/tickets', ['--yes'])
  expect(status).toBe(1)
  expect(stderr).toContain('127.0.0.1:1')
  expect(stderr).not.toContain('secret')
})

function reset(databaseUrl: string, args: readonly string[]) {
  return spawnSync(resetDb, [...args], {
    encoding: 'utf8',
    env: { ...process.env, DATABASE_URL: databaseUrl },
  })
}

async function tablesIn(databaseUrl: string): Promise<string[]> {
  const rows = await withServer(
    databaseUrl,
    (sql) => sql<{ name: string }[]>`
      select tablename as name from pg_tables where schemaname = 'public'`,
  )
  return rows.map((row) => row.name)
}
