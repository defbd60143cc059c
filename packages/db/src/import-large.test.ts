/**
 * Goal: a list of 100,000 rows comes in at once, within seconds, and memory does not grow with it.
 * Method: lists of 10,000 and 100,000 rows streamed from a generator. Again and again during both, garbage is collected and what is left
 * is measured: garbage says how lazy the engine was, which hangs on what ran before. PGlite's own pages are buffers, and grow with what it stores.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { openEvent, openTenant, type World } from '@eventpass/api/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from './database.ts'
import { describeEachDatabase, openWorld, type TestDatabase } from './testing.ts'

async function* list(rows: number) {
  yield Buffer.from('id;Vorname;Nachname;E-Mail;Telefon;Kategorie\n')
  const line = (at: number) =>
    `ext-${at};Zoë ${at};Müller-Łukaszewska;guest${at}@example.org;+49 151 ${1_000_000 + at};${at % 10 === 0 ? 'VIP' : 'Guest'}\n`
  for (let at = 0; at < rows; at += 500) {
    yield Buffer.from(Array.from({ length: 500 }, (_, n) => line(at + n)).join(''))
  }
}

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** By how much memory in use grows at most while `work` runs, in bytes: JavaScript's heap, and buffers where no database is in them. */
async function growthDuring(
  engine: Database['engine'],
  work: () => Promise<void>,
): Promise<number> {
  const inUse = () => {
    collectGarbage()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    return heapUsed + (engine === 'postgres' ? arrayBuffers : 0)
  }
  const before = inUse()
  let peak = before
  const timer = setInterval(() => {
    peak = Math.max(peak, inUse())
  }, 200)
  try {
    await work()
  } finally {
    clearInterval(timer)
  }
  return peak - before
}

describeEachDatabase('a large list', (open) => {
  let database: TestDatabase
  let world: World
  beforeAll(async () => {
    database = await open()
    world = await openWorld(database)
  })
  afterAll(() => database.remove())

  test('[IM11] 100,000 rows are imported in one go, and memory does not grow with them', async () => {
    const owner = await openTenant(world)
    const caller = await owner.call()
    const importRows = async (event: Awaited<ReturnType<typeof openEvent>>['id'], rows: number) => {
      const bytes = list(rows)
      const { id } = await caller.invitees.upload({ event, fileName: 'large.csv', bytes })
      return caller.invitees.importCommit({ id })
    }

    // The first import loads what all later ones use, and outlives what earlier tests leave to be collected.
    const { id: first } = await openEvent(owner)
    expect(await importRows(first, 10_000)).toMatchObject({ added: 10_000 })
    expect(await importRows(first, 10_000)).toMatchObject({ added: 0, unchanged: 10_000 })
    const { id: second } = await openEvent(owner)
    const small = await growthDuring(database.engine, async () => {
      expect(await importRows(second, 10_000)).toMatchObject({ added: 10_000 })
    })
    const { id: event } = await openEvent(owner)
    const large = await growthDuring(database.engine, async () => {
      expect(await importRows(event, 100_000)).toMatchObject({ added: 100_000 })
    })
    expect((await caller.events.counts({ event })).invitees).toBe(100_000)
    // 90,000 more rows held whole would be over 80 MB, and their numbers alone some 3 MB.
    expect(large - small).toBeLessThan(10_000_000)
  }, 300_000)
})
