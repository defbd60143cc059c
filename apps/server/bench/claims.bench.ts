import { acceptClaim } from '@eventpass/api'
import { atLeastPartOf, type Figure, median, recorded } from '@eventpass/tooling/bench'
import { withCentral } from './central.bench.ts'
import { openPlainClaims } from './plain-claims.ts'
import { measureRate, type Rate } from './rate.ts'

const loads = [
  { clients: 1, part: 0.3 },
  { clients: 20, part: 0.3 },
  { clients: 100, part: 0.25 },
] as const
const rounds = 3
const roundMs = 2_000
const warmUpMs = 3_000
const guests = 300_000

/**
 * Claims of admissions at the use case, each of another code, as a gate's tier 1 asks for them: from
 * the intent to the answer, durable. No HTTP; each client is a device of its own. Their floor are bare
 * inserts of one row each, on as many connections as there are clients, turn by turn in one run.
 */
export async function benchClaims(print: (figure: Figure) => void): Promise<void> {
  const tablets = Math.max(...loads.map(({ clients }) => clients))
  await withCentral({ guests, tablets }, async ({ central, url, door }) => {
    const claim = async (tablet: number) => {
      const claimed = await acceptClaim(central.deps, door.tenant, door.nextClaim(tablet), 'scan')
      if (!claimed.ok || claimed.value.outcome !== 'accepted') {
        throw new Error(`A claim failed: ${JSON.stringify(claimed)}`)
      }
    }
    // A central that was started a moment ago is none that gates meet.
    await measureRate(tablets, warmUpMs, claim)
    for (const { clients, part } of loads) {
      const floor = await openPlainClaims(url, clients)
      const [ours, bare]: [Rate[], Rate[]] = [[], []]
      try {
        await measureRate(clients, warmUpMs, claim)
        for (let round = 0; round < rounds; round += 1) {
          bare.push(await measureRate(clients, roundMs, floor.insert))
          ours.push(await measureRate(clients, roundMs, claim))
        }
      } finally {
        await floor.close()
      }
      const rate = (rates: readonly Rate[]) => median(rates.map(({ perSecond }) => perSecond))
      const name = `claims at the use case, ${clients} ${clients === 1 ? 'client' : 'clients'}`
      print(atLeastPartOf(name, { value: rate(ours), versus: rate(bare), unit: 'claims/s', part }))
      print(recorded(`${name}, p99`, median(ours.map(({ p99Ms }) => p99Ms)), 'ms'))
    }
  })
}
