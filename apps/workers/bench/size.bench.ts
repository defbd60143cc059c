import { type Figure, median, recorded, withinTimes } from '@eventpass/tooling/bench'
import { type BenchCentral, withCentral } from './central.ts'
import { addLedger } from './ledger.ts'
import { untilRuled } from './until.ts'
import { addGuests, openVenue, type Venue } from './venue.ts'

const tablets = 5
const scansPerPush = 400
const scansPerRound = tablets * scansPerPush
const rounds = 4
const sizes = [10_000, 100_000, 1_000_000]
const ledgerScans = 1_000_000
const times = 1.3
const unit = 'µs/scan'

/**
 * What a scan costs from push to ruling, as an event and its ledger grow: by wall clock, through server
 * and one worker. A scan's own rows are looked up by index, so that it should cost what it costs in an
 * empty event.
 */
export async function benchSize(print: (figure: Figure) => void): Promise<void> {
  await withCentral(async (central) => {
    const { origin, sql, addWorker, endWorkers } = central
    const venue = await openVenue(origin, sql, { guests: 0, tablets })
    await addWorker()
    const measure = createMeasure(central, venue)
    let guests = 0
    const costs: number[] = []
    for (const size of sizes) {
      const digests = await addGuests(sql, venue.event, size - guests)
      guests = size
      const cost = await measure(digests)
      costs.push(cost)
      print(recorded(`cost of a scan at ${size} invitees`, cost, unit))
    }
    const digests = await addGuests(sql, venue.event, scansPerRound * (rounds + 1))
    await addLedger(sql, venue.event, ledgerScans)
    const [versus = 0] = costs
    const value = await measure(digests)
    const name = `cost of a scan at ${guests} invitees with ${ledgerScans} scans in the ledger`
    print(withinTimes(name, { value, versus, unit, times }))
    await endWorkers()
  })
}

/** µs a scan, the median of some rounds of scans of these codes, each used once. */
function createMeasure({ origin, sql }: BenchCentral, venue: Venue) {
  let ruled = 0
  return async (digests: readonly string[]): Promise<number> => {
    await sql`checkpoint`
    const taken: number[] = []
    for (let round = 0; round <= rounds; round += 1) {
      const own = digests.slice(round * scansPerRound, (round + 1) * scansPerRound)
      const pushes = []
      for (const [at, tablet] of venue.tablets.entries()) {
        const body = await tablet.scan(own.slice(at * scansPerPush, (at + 1) * scansPerPush))
        await tablet.meet(origin)
        pushes.push(() => tablet.push(origin, body))
      }
      ruled += scansPerRound
      const start = performance.now()
      await Promise.all([...pushes.map((push) => push()), untilRuled(sql, venue.event, ruled)])
      taken.push(((performance.now() - start) * 1_000) / scansPerRound)
    }
    // The first warms up.
    return median(taken.slice(1))
  }
}
