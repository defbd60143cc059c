/**
 * Goal: Postgres is away for a while under scanning load: no gate waits for it, and after its return
 * nothing is lost and everything provisional is settled (CL4).
 * Method: gates as tablets run them and clients of plain HTTP, at two nodes over a Postgres of this
 * test's own, show the same codes before, during and after. OUTAGE_SECONDS is how long it is away.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { ShownVerdict } from '@eventpass/sync'
import { expect, onTestFinished, test } from 'vitest'
import { openField } from './field.fake.ts'
import { type ClaimWait, createHttpUpstream } from './http-upstream.fake.ts'
import { openOwnPostgres } from './own-postgres.fake.ts'
import { openRealGate } from './real-gate.fake.ts'
import { openTurnstile } from './turnstile.fake.ts'

const awaySeconds = Number(process.env.OUTAGE_SECONDS ?? 5)
/** Before Postgres goes, and after it is back. */
const aroundMs = 4_000
const gateCount = 2
const turnstileCount = 4
/** Between two people at one gate. */
const paceMs = 300
const guestCount = 400
const timeout = 240_000 + 4_000 * awaySeconds

test('[CL4] Postgres is away under load: nobody waits, nothing is lost, all that was provisional is settled', {
  timeout,
}, async () => {
  const postgres = await openOwnPostgres(process.env)
  onTestFinished(postgres.remove)
  const field = await openField(postgres.url, guestCount)
  onTestFinished(field.close)
  const nodes = [await field.newNode(), await field.newNode()]
  await Promise.all(nodes.map((node) => node.start()))
  const originOf = (at: number) => nodes[at % nodes.length]?.origin ?? ''

  const waits: ClaimWait[] = []
  const gates = []
  while (gates.length < gateCount) {
    const upstream = createHttpUpstream(originOf(gates.length), (wait) => waits.push(wait))
    gates.push(await openRealGate(await field.newFolder(), upstream, await field.invite()))
  }
  const turnstiles = []
  while (turnstiles.length < turnstileCount) {
    const device = await field.pair()
    turnstiles.push({ device, ...(await openTurnstile(originOf(turnstiles.length), device)) })
  }

  let over = false
  const shown: ShownVerdict[] = []
  const screenMs: number[] = []
  const outcomes = new Map<string, number>()
  /** Everybody walks through the same codes, each from elsewhere, so that some meet. */
  const walk = async (from: number, show: (at: number) => Promise<unknown>) => {
    for (let at = 0; !over; at += 1) {
      await Promise.all([show((from * 43 + at) % field.codes.length), pause(paceMs)])
    }
  }
  const codeAt = (at: number) => field.codes[at] ?? { qr: '', digest: '' as never }
  const walks = [
    ...gates.map((gate, from) =>
      walk(from, async (at) => {
        const startMs = performance.now()
        shown.push(await gate.show(codeAt(at).qr))
        screenMs.push(performance.now() - startMs)
      }),
    ),
    ...turnstiles.map((turnstile, at) =>
      walk(at + 1.5, async (code) => {
        const outcome = await turnstile.show(codeAt(Math.floor(code)))
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
      }),
    ),
  ]
  await pause(aroundMs)
  await postgres.stop()
  await Promise.all(nodes.map((node) => node.until(({ failover }) => failover.state === 'away')))
  await pause(awaySeconds * 1_000)
  const depths = (await Promise.all(nodes.map((node) => node.health()))).map(
    ({ failover }) => failover.waiting,
  )
  await postgres.start()
  await Promise.all(nodes.map((node) => node.until(({ failover }) => failover.state === 'up')))
  await pause(aroundMs)
  over = true
  await Promise.all(walks)
  await Promise.all([...gates, ...turnstiles].map((one) => one.handIn()))
  for (const node of nodes) await node.until(({ failover }) => failover.waiting === 0)
  await expect.poll(() => field.countOpenWork(), { timeout: 120_000 }).toBe(0)

  const told = new Set(turnstiles.flatMap(({ provisional }) => [...provisional]))
  const known = new Set([...(await field.namedOps()), ...(await field.acceptedOps())])
  const made = [
    ...shown.flatMap(({ scan }) => (scan ? [scan] : [])),
    ...turnstiles.flatMap(({ device }) => device.links.map(({ body }) => body.id)),
  ]
  const lost = await field.findLost(made)
  console.log(
    JSON.stringify({
      ...{ awaySeconds, journaled: depths, scans: made.length, lost: lost.length },
      ...{ provisional: told.size, unsettled: [...told].filter((op) => !known.has(op)).length },
      outcomes: Object.fromEntries(outcomes),
      doubles: await field.countDoubles(),
      claimWaitMs: spread(waits.map(({ ms }) => ms)),
      screenMs: spread(screenMs),
    }),
  )
  expect(depths.every((depth) => depth > 0)).toBe(true)
  expect(lost).toEqual([])
  expect([...told].filter((op) => !known.has(op))).toEqual([])
  const doubles = await field.countDoubles()
  expect(doubles.open).toBe(doubles.byScans)
  const outcome = await field.readOutcome()
  expect(outcome).toMatchObject({ scans: made.length, unruled: 0 })
  await field.ruleAllAgain()
  expect(await field.readOutcome()).toEqual(outcome)
  await Promise.all(gates.map((gate) => gate.stop()))
})

function spread(values: readonly number[]) {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number) => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0)
  return { count: values.length, p50: at(0.5), p99: at(0.99), max: at(1) }
}
