import { createClient } from '@libsql/client'
import { expect, test } from 'vitest'
import { createSerialClient } from './serial-client.ts'

async function openCounter() {
  const client = createSerialClient(createClient({ url: ':memory:', concurrency: 1 }))
  await client.execute('CREATE TABLE counter (value INTEGER)')
  return client
}

async function values(client: Awaited<ReturnType<typeof openCounter>>) {
  const { rows } = await client.execute('SELECT value FROM counter ORDER BY value')
  return rows.map((row) => row[0])
}

test('[RP5] a statement that comes during a transaction waits for its end and does not join it', async () => {
  const client = await openCounter()
  const transaction = await client.transaction('write')
  await transaction.execute('INSERT INTO counter VALUES (1)')
  const waiting = client.execute('INSERT INTO counter VALUES (2)')
  await transaction.rollback()
  await waiting
  expect(await values(client)).toEqual([2])
})

test('[RP5] transactions that start at once run one after the other', async () => {
  const client = await openCounter()
  await client.execute('INSERT INTO counter VALUES (0)')
  const addOne = async () => {
    const transaction = await client.transaction('write')
    const { rows } = await transaction.execute('SELECT value FROM counter')
    await new Promise(setImmediate)
    await transaction.execute({
      sql: 'UPDATE counter SET value = ?',
      args: [Number(rows[0]?.[0]) + 1],
    })
    await transaction.commit()
  }
  await Promise.all(Array.from({ length: 20 }, addOne))
  expect(await values(client)).toEqual([20])
})

test('[RP5] a transaction that is closed or fails lets the next one in', async () => {
  const client = await openCounter()
  const closed = await client.transaction('write')
  await closed.execute('INSERT INTO counter VALUES (1)')
  closed.close()
  const failing = await client.transaction('write')
  await expect(failing.execute('INSERT INTO nothing VALUES (1)')).rejects.toThrow('nothing')
  await failing.rollback()
  await expect(client.batch(['INSERT INTO counter VALUES (2)', 'NO SQL'])).rejects.toThrow('NO')
  expect(await values(client)).toEqual([])
})
