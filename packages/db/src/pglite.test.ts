import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openDatabase } from './database.ts'
import { holdFolder } from './hold-folder.ts'
import { queryRows } from './query-rows.ts'
import { vacuumWorn } from './vacuum-worn.ts'

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'eventpass-db-'))
})
afterAll(() => rm(dir, { recursive: true }))

test('a folder that a living process works with is not opened by another', async () => {
  const folder = join(dir, 'held')
  const holder = spawn(process.execPath, [
    '--import',
    'tsx',
    '-e',
    `import('${import.meta.dirname}/hold-folder.ts').then(async ({ holdFolder }) => {
       await holdFolder('${folder}'); console.log('held'); setInterval(() => {}, 1000) })`,
  ])
  try {
    await once(holder.stdout, 'data')
    await expect(openDatabase({ dataDir: folder })).rejects.toThrow(`Process ${holder.pid} works`)
  } finally {
    holder.kill('SIGKILL')
    await once(holder, 'exit')
  }
  // What the killed one left is taken over.
  const letGo = await holdFolder(folder)
  await letGo()
})

test('a mark of a number that another process has now is taken over', async () => {
  const folder = join(dir, 'stale')
  await writeFile(`${folder}.lock`, `${process.ppid} 12345`)
  const letGo = await holdFolder(folder)
  await letGo()
})

test('what is written outlives the process, and the schema is brought up to date on it', async () => {
  const dataDir = join(dir, 'kept')
  const first = await openDatabase({ dataDir })
  await first.migrate()
  await first.drizzle.execute(sql`insert into tenants values (gen_random_uuid(), 'kept', 0)`)
  await first.close()
  const second = await openDatabase({ dataDir })
  await second.migrate()
  expect(await queryRows(second.drizzle, sql`select name from tenants`)).toEqual([{ name: 'kept' }])
  await second.close()
  expect(await second.isUp()).toBe(false)
})

test('tables that changed much are vacuumed and analysed, others left alone', async () => {
  const client = await PGlite.create()
  await client.exec(`create table worn (id int); create table quiet (id int);
    insert into worn select generate_series(1, 5000); update worn set id = id + 1;`)
  await vi.waitFor(async () => expect(await vacuumWorn(client)).toEqual(['worn']), {
    timeout: 10_000,
    interval: 200,
  })
  expect(await vacuumWorn(client)).toEqual([])
  const { rows } = await client.query(
    `select reltuples::int as rows from pg_class where relname = 'worn'`,
  )
  expect(rows).toEqual([{ rows: 5_000 }])
  await client.close()
})
