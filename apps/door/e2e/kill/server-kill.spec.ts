import { setTimeout as delay } from 'node:timers/promises'
import { withTestPostgres } from '@eventpass/tooling/test-postgres'
import { expect, test } from '@playwright/test'
import { openCentral } from '../central.ts'
import { type NodeGate, openNodeGate } from '../node-gate.ts'
import { type Organiser, openOrganiser } from '../organiser.ts'
import { askCentral } from './ask-central.ts'
import { type Ask, expectWholeLedger, readScans } from './central-ledger.ts'
import { type Crowd, gatherCrowd } from './crowd.ts'
import { openChance } from './seeded.ts'

/**
 * Goal: whatever central signed for is in its database after a power cut, and what gates pushed
 * meanwhile arrives once and is ruled.
 * Method: several gates scan and push without a pause while central, a process of its own, is
 * killed at moments of a seed and started again. Each kill is followed by a look into the database.
 */
test.setTimeout(600_000)

const gateCount = 4
const guestsMore = 2_000
const killAfterMsMax = 900
const settleMsMax = 60_000

async function playKills(kills: number, databaseUrl: string | null): Promise<void> {
  const chance = openChance(`${kills} kills of central over ${databaseUrl ? 'Postgres' : 'PGlite'}`)
  // Its pages are no part of this, and take as long to come up as all else.
  const central = await openCentral(databaseUrl, { PAGES: 'false' })
  const gates: NodeGate[] = []
  try {
    await central.start()
    const organiser = await openOrganiser(central.origin, guestsMore)
    for (let n = 0; n < gateCount; n += 1) gates.push(await openNodeGate(central.origin, organiser))
    const crowd = gatherCrowd(gates, [...organiser.tokens.values()], chance)

    for (let kill = 0; kill < kills; kill += 1) {
      for (const gate of gates) gate.wake()
      await delay(chance.between(0, killAfterMsMax))
      await central.kill()
      // PGlite's folder opens too slowly to be looked into each time.
      if (databaseUrl) await askCentral(central, databaseUrl, (ask) => expectSigned(ask, gates))
      await central.start()
    }
    await crowd.stop()
    await untilSettled(organiser, gates, crowd)
    await central.stop()
    await askCentral(central, databaseUrl, async (ask) => {
      await expectSigned(ask, gates)
      expect(await expectWholeLedger(ask)).toHaveLength(crowd.made())
    })
    expect(gates.flatMap(({ faults }) => faults)).toEqual([])
  } finally {
    for (const gate of gates) await gate.remove()
    await central.remove()
  }
}

/** What a receipt named is there, under the hash that it named. */
async function expectSigned(ask: Ask, gates: readonly NodeGate[]): Promise<void> {
  const scans = await readScans(ask)
  for (const gate of gates) {
    const receipt = gate.acknowledged()
    if (!receipt) continue
    const own = scans.filter(({ device }) => device === receipt.device)
    const named = own.filter(({ seq }) => seq <= receipt.throughSeq)
    expect(named).toHaveLength(receipt.throughSeq)
    expect(named.at(-1)?.hash).toBe(receipt.hash)
  }
}

/** Nothing is pending at any gate, and central's counts are those of the crowd. */
async function untilSettled(
  organiser: Organiser,
  gates: readonly NodeGate[],
  { admits }: Crowd,
): Promise<void> {
  const wait = { timeout: settleMsMax }
  for (const gate of gates) gate.wake()
  await expect.poll(() => gates.map((gate) => gate.pending()), wait).toEqual(gates.map(() => 0))
  const twice = [...admits.values()].filter((times) => times > 1)
  const { event } = organiser
  await expect
    .poll(() => organiser.call.events.counts.query({ event }), wait)
    .toMatchObject({ admitted: admits.size, incidentsOpen: twice.length })
}

test('central over Postgres loses nothing that it signed for, whenever it is killed', async () => {
  await withTestPostgres((url) => playKills(20, url))
})

test('central over PGlite loses nothing that it signed for, whenever it is killed', async () => {
  await playKills(6, null)
})
