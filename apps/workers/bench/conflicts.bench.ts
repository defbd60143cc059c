import { atLeastPartOf, besides, type Figure } from '@eventpass/tooling/bench'
import { plainInsertRate } from '@eventpass/tooling/plain-insert'
import { withCentral } from './central.ts'
import { untilRuled } from './until.ts'
import { openVenue, type Venue } from './venue.ts'

const gates = 200
const scansPerGate = 500
/** Of each gate's scans so many are of codes that the gate before it admits as well. */
const conflictsPerGate = 50
const part = 0.25
const name = `drain of ${gates} gates × ${scansPerGate} scans, 10 % conflicts, to reconciled`

/**
 * How fast a whole venue that was offline is ruled over once it is back: from the first push to the
 * last ruling, through HTTP, ledger, outbox, RabbitMQ and one worker. Every tenth scan is a double
 * admission, and so an incident.
 *
 * The floor writes the rows that are there in the end, all of them: what a scan leaves behind that is
 * reconciled is its row, its ruling, the admission of its key and, of a double, the incident. The scans
 * alone are no state that anybody could show; their floor stands beside it without a bar.
 */
export async function benchConflicts(print: (figure: Figure) => void): Promise<void> {
  await withCentral(async ({ origin, sql, addWorker, endWorkers }) => {
    const fresh = gates * (scansPerGate - conflictsPerGate)
    const warmUp = scansPerGate * 10
    const venue = await openVenue(origin, sql, { guests: fresh + warmUp, tablets: gates })
    await addWorker()
    // A central that was started a moment ago is none that gates meet.
    let ruled = 0
    const drain = async (pushes: readonly Push[]) => {
      ruled += pushes.length * scansPerGate
      for (const { tablet } of pushes) await tablet.meet(origin)
      const start = performance.now()
      const pushed = pushes.map(({ tablet, body }) => tablet.push(origin, body))
      await Promise.all([...pushed, untilRuled(sql, venue.event, ruled)])
      return performance.now() - start
    }
    await drain(await scanApart(venue, warmUp))
    const took = await drain(await scanWithDoubles(venue))
    await endWorkers()
    const [found] = await sql`select count(*)::int as count from incidents
      where kind = 'double_admission'`
    if (found?.count !== gates * conflictsPerGate) throw new Error(`${found?.count} incidents.`)

    const scans = gates * scansPerGate
    const value = (scans / took) * 1_000
    const tables = ['scans', 'rulings', 'admissions', 'incidents']
    const unit = 'scans/s'
    print(atLeastPartOf(name, { value, versus: await plainInsertRate(sql, tables), unit, part }))
    const versus = await plainInsertRate(sql, ['scans'])
    print(besides(`${name}, beside an insert of the scans alone`, { value, versus, unit }))
  })
}

interface Push {
  readonly tablet: Venue['tablets'][number]
  readonly body: string
}

async function scanApart(venue: Venue, count: number): Promise<readonly Push[]> {
  const pushes = []
  for (const tablet of venue.tablets.slice(0, count / scansPerGate)) {
    pushes.push({ tablet, body: await tablet.scan(venue.nextDigests(scansPerGate)) })
  }
  return pushes
}

/** Each gate admits the last few of the gate before it once more; the first those of the last one. */
async function scanWithDoubles({ tablets, nextDigests }: Venue): Promise<readonly Push[]> {
  const own = tablets.map(() => nextDigests(scansPerGate - conflictsPerGate))
  const pushes = []
  for (const [at, tablet] of tablets.entries()) {
    const before = own.at(at - 1)?.slice(-conflictsPerGate) ?? []
    pushes.push({ tablet, body: await tablet.scan([...(own[at] ?? []), ...before]) })
  }
  return pushes
}
