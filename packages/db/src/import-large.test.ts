/**
 * Goal: a list of 100,000 rows comes in at once, within seconds, and memory does not grow with it.
 * Method: lists of 20,000 and 100,000 rows streamed from a generator; the peak of heap and buffers
 * is sampled on a timer during the larger one and compared with that of the smaller one. PGlite's own pages are buffers, and grow with what it stores.
 */
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

/** Most memory while `work` runs, in bytes: JavaScript's heap, and buffers where no database is in them. */
async function peakOf(engine: Database['engine'], work: () => Promise<void>): Promise<number> {
  let peak = 0
  const sample = () => {
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    peak = Math.max(peak, heapUsed + (engine === 'postgres' ? arrayBuffers : 0))
  }
  const timer = setInterval(sample, 20)
  try {
    await work()
  } finally {
    clearInterval(timer)
  }
  return peak
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

    const { id: warm } = await openEvent(owner)
    const small = await peakOf(database.engine, async () => {
      expect(await importRows(warm, 20_000)).toMatchObject({ added: 20_000 })
    })
    expect(await importRows(warm, 20_000)).toMatchObject({ added: 0, unchanged: 20_000 })
    const { id: event } = await openEvent(owner)
    const large = await peakOf(database.engine, async () => {
      expect(await importRows(event, 100_000)).toMatchObject({ added: 100_000 })
    })
    expect((await caller.events.counts({ event })).invitees).toBe(100_000)
    // 80,000 more rows held whole would be over 80 MB; what is left is the garbage in between.
    expect(large - small).toBeLessThan(50_000_000)
  }, 300_000)
})
