import { type Figure, fasterThan, median, recorded } from '@eventpass/tooling/bench'
import type { Sql } from 'postgres'
import { type BenchCentral, withCentral } from './central.ts'
import { untilRuled } from './until.ts'
import { openVenue, type Venue } from './venue.ts'

const gates = 40
const scansPerGate = 500
const rounds = 3
const times = 1.4
const unit = 'µs/scan'

/**
 * How much sooner two worker processes rule over one event's scans than one does, round about. The
 * scans are in the ledger and their messages held in the outbox until the workers are up; then the
 * clock runs. Where Postgres and workers share two cores, one worker and what Postgres does for it
 * keep both busy, and a second has little to gain: read the figure beside the machine.
 */
export async function benchWorkers(print: (figure: Figure) => void): Promise<void> {
  await withCentral(async (central) => {
    const guests = (2 * rounds + 1) * gates * scansPerGate
    const venue = await openVenue(central.origin, central.sql, { guests, tablets: gates })
    await rule(central, venue, 1)
    const taken = { 1: [] as number[], 2: [] as number[] }
    for (let round = 0; round < rounds; round += 1) {
      for (const workers of [1, 2] as const) {
        taken[workers].push(await rule(central, venue, workers))
      }
    }
    const [one, two] = [median(taken[1]), median(taken[2])]
    print(recorded('reconcile of one event by one worker', one, unit))
    print(
      fasterThan('reconcile of one event by two workers', { value: two, versus: one, unit, times }),
    )
  })
}

let ruled = 0

/** µs a scan, from the moment that as many workers may begin until the last is ruled on. */
async function rule(central: BenchCentral, venue: Venue, workers: number): Promise<number> {
  const { origin, sql } = central
  for (const tablet of venue.tablets) {
    const body = await tablet.scan(venue.nextDigests(scansPerGate))
    await tablet.meet(origin)
    await tablet.push(origin, body)
  }
  await holdOutbox(sql, true)
  for (let worker = 0; worker < workers; worker += 1) await central.addWorker()
  ruled += gates * scansPerGate
  const start = performance.now()
  await holdOutbox(sql, false)
  await untilRuled(sql, venue.event, ruled)
  const took = performance.now() - start
  await central.endWorkers()
  return (took * 1_000) / (gates * scansPerGate)
}

/** Rows that are parked are left alone; those that no longer are have the relays woken. */
async function holdOutbox(sql: Sql, held: boolean): Promise<void> {
  await sql`update outbox set parked_ms = ${held ? 0 : null}`
  if (!held) await sql.notify('eventpass_outbox', '')
}
