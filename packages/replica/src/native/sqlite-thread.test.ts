import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { createClient } from '@libsql/client'
import { expect, test } from 'vitest'
import { withFolder } from '../testing.ts'
import { openSqliteThread } from './sqlite-thread.ts'

const count = (to: number) =>
  `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${to})`

test('statements run in the order in which they were given, and one that fails says why', async () => {
  await withFolder(async (folder) => {
    const path = join(folder, 'a.sqlite')
    const file = openSqliteThread(path)
    const made = file.runAll('CREATE TABLE t (n TEXT UNIQUE); CREATE TABLE u (n TEXT)')
    const first = file.run('INSERT INTO t VALUES (?)', ['one'])
    const twice = file.run('INSERT INTO t VALUES (?)', ['one'])
    const next = file.run('INSERT INTO u SELECT n FROM t')
    await expect(twice).rejects.toThrow('UNIQUE constraint failed: t.n')
    await Promise.all([made, first, next])
    await file.close()
    await expect(file.run('SELECT 1')).rejects.toThrow('a.sqlite is closed')

    const client = createClient({ url: `file:${path}`, concurrency: 1 })
    expect((await client.execute('SELECT n FROM u')).rows.map(({ n }) => n)).toEqual(['one'])
    client.close()
  })
})

test('[RP6] this process goes on while a statement takes its time, and may leave it', async () => {
  await withFolder(async (folder) => {
    const file = openSqliteThread(join(folder, 'a.sqlite'))
    await file.run('CREATE TABLE t (n INTEGER)')
    const long = file.run(`INSERT INTO t ${count(3e5)} SELECT i FROM n WHERE i < 0`)
    const behind = file.run('SELECT 1')
    expect(await Promise.race([long.then(() => 'done'), delay(5).then(() => 'goes on')])).toBe(
      'goes on',
    )
    const ends = [long, behind].map((run) => expect(run).rejects.toThrow('a.sqlite is closed'))
    await Promise.all([...ends, file.abandon()])
  })
})

test('a file that cannot be opened fails its first statement, and nothing else', async () => {
  await withFolder(async (folder) => {
    const file = openSqliteThread(join(folder, 'missing', 'a.sqlite'))
    await expect(file.run('SELECT 1')).rejects.toThrow(/unable to open|not open/i)
    await expect(file.run('SELECT 1')).rejects.toThrow()
    await file.abandon()
  })
})
