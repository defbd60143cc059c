/**
 * Goal: a gate whose upstream answers knows before it shows green whether a code was taken elsewhere,
 * and one whose upstream does not is held up once and works on alone.
 * Method: the whole engine over stores in memory and a line that a test spoils, in time that it moves.
 */
import { expect, test, vi } from 'vitest'
import { DeviceFacts } from './device-facts.ts'
import type { ShownVerdict } from './gate.ts'
import { createWorld, entryOf, inShort, type Tablet } from './tablet.fake.ts'

const tierOf = ({ verdict }: ShownVerdict) =>
  `${inShort({ verdict } as ShownVerdict)}, ${verdict.tier}`
const askedOf = ({ line }: Tablet) => line.counts.get('claim') ?? 0
const bodiesOf = ({ ledgers }: Tablet) =>
  (ledgers.get('ledger-1')?.scans ?? []).map(({ body }) => body).filter(({ digest }) => digest)
const intentOf = ({ ledgers }: Tablet) =>
  DeviceFacts.shape.intent.parse(ledgers.get('ledger-1')?.facts.intent)

/** Two tablets at one event whose central grants claims. */
async function openDoor() {
  const world = await createWorld({ claims: true })
  const codes = [await world.event.issue(1), await world.event.issue(2), await world.event.issue(3)]
  const [north, south] = [await world.pairedTablet(), await world.pairedTablet()]
  for (const { gate } of [north, south]) {
    // While a tablet is paired time goes on; a contact while it stands still is a quick one.
    await gate.scan(entryOf('noise'))
    await gate.syncNow()
  }
  return { ...world, north, south, codeOf: (n: number) => codes[n - 1] ?? '' }
}

/** Turns of the event loop, in which everything that waits for no time comes to its end. */
async function settle() {
  for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

test('[CL10] what one gate was granted another is refused before it has heard of it', async () => {
  const { north, south, codeOf } = await openDoor()
  expect(tierOf(await north.gate.scan(entryOf(codeOf(1))))).toBe('admit, central')
  const refused = await south.gate.scan(entryOf(codeOf(1)))
  expect(tierOf(refused)).toBe('refuse used, central')
  const [admit] = bodiesOf(north.tablet)
  expect(refused.verdict.earlier?.scan).toBe(admit?.id)
  expect(refused.name).not.toBeNull()
  expect(bodiesOf(south.tablet)).toMatchObject([
    { verdict: 'refuse', reason: 'used', tier: 'central' },
  ])
  for (const { gate } of [north, south]) await gate.stop()
})

test('[CL10] the intent is on the disk before it is asked, and the scan has its id whatever comes of it', async () => {
  const { central, north, codeOf } = await openDoor()
  const { tablet, gate } = north
  const written: unknown[] = []
  tablet.line.fate = (call) => {
    if (call !== 'claim') return 'ok'
    written.push(intentOf(tablet))
    return 'answer_lost'
  }
  // Granted unheard: the gate decides alone, under the id that was granted.
  expect(tierOf(await gate.scan(entryOf(codeOf(1))))).toBe('admit, replica')
  expect(written).toMatchObject([{ seq: 2, epoch: 1 }])
  expect(bodiesOf(tablet)).toMatchObject([{ id: intentOf(tablet)?.op, tier: 'replica' }])
  await gate.syncNow()
  expect(central.bodies().map(({ id }) => id)).toContain(intentOf(tablet)?.op)
  await gate.stop()
})

test('[CL10] where the intent cannot be written nothing is asked, and the gate decides alone', async () => {
  const { north, codeOf } = await openDoor()
  const { tablet } = north
  await north.gate.stop()
  const gate = tablet.start((stores) => ({
    ...stores,
    ledgers: {
      ...stores.ledgers,
      open: async (name) => {
        const ledger = await stores.ledgers.open(name)
        const writeFacts: typeof ledger.writeFacts = async (facts) => {
          if (facts.intent) throw new Error('SQLITE_FULL')
          return ledger.writeFacts(facts)
        }
        return { ...ledger, writeFacts }
      },
    },
  }))
  await gate.syncNow()
  expect(tierOf(await gate.scan(entryOf(codeOf(1))))).toBe('admit, replica')
  expect(askedOf(tablet)).toBe(0)
  expect(bodiesOf(tablet)).toMatchObject([{ verdict: 'admit', tier: 'replica' }])
  expect(String(tablet.faults)).toContain('SQLITE_FULL')
  await gate.stop()
})

test('[CL10] silence costs one budget; then the gate goes on alone, and is back by itself', async () => {
  const { time, north, codeOf } = await openDoor()
  const { tablet, gate } = north
  let shown: ShownVerdict | null = null
  await new Promise<void>((asked) => {
    tablet.line.onAnswer = (call) => {
      if (call === 'claim') asked()
      return new Promise(() => undefined)
    }
    gate.scan(entryOf(codeOf(1))).then((verdict) => {
      shown = verdict
    })
  })
  time.advance(399)
  await settle()
  expect(shown).toBeNull()
  time.advance(1)
  await vi.waitFor(() => expect(shown && tierOf(shown)).toBe('admit, replica'))
  // Time stands still: this one would wait for ever if it asked.
  expect(tierOf(await gate.scan(entryOf(codeOf(2))))).toBe('admit, replica')
  expect(askedOf(tablet)).toBe(1)

  tablet.line.onAnswer = async () => undefined
  // What is on its way is given up after its own, longer time; the next contact is a quick one.
  time.advance(60_000)
  await gate.syncNow()
  await gate.scan(entryOf('noise'))
  await gate.syncNow()
  expect(tierOf(await gate.scan(entryOf(codeOf(3))))).toBe('admit, central')
  await gate.stop()
})

test('[CL10] whatever else is wrong with the answer, the gate decides alone', async () => {
  const { north, codeOf } = await openDoor()
  const { tablet, gate } = north
  const fates = ['lost', 'portal', 'busy', 'server_error'] as const
  for (const [at, fate] of fates.slice(0, 3).entries()) {
    await gate.syncNow()
    tablet.line.fate = (call) => (call === 'claim' ? fate : 'ok')
    expect(tierOf(await gate.scan(entryOf(codeOf(at + 1))))).toBe('admit, replica')
  }
  expect(askedOf(tablet)).toBe(3)
  await gate.stop()
})

test('[CL10] exits, noise, and whoever this tablet has unruled scans of are not asked about', async () => {
  const { north, codeOf } = await openDoor()
  const { tablet, gate } = north
  tablet.line.fate = (call) => (call === 'push' ? 'lost' : 'ok')
  await gate.scan(entryOf(codeOf(1)))
  expect(askedOf(tablet)).toBe(1)
  await gate.scan(entryOf(codeOf(1), { act: 'exit' }))
  await gate.scan(entryOf('noise'))
  // What it knows and central does not yet: it went out, so on a list that admits once it is used.
  expect(tierOf(await gate.scan(entryOf(codeOf(1), { secondPerson: true })))).toContain('replica')
  expect(askedOf(tablet)).toBe(1)
  await gate.stop()
})

test('[CL10] a tablet that dies while it asks leaves its intent, and asks anew in a later life', async () => {
  const { north, codeOf } = await openDoor()
  const { tablet, gate } = north
  await new Promise<void>((died) => {
    tablet.line.fate = (call) => {
      if (call === 'claim') {
        tablet.kill()
        died()
      }
      return 'ok'
    }
    gate.scan(entryOf(codeOf(1))).catch(() => undefined)
  })
  const left = intentOf(tablet)
  expect(bodiesOf(tablet)).toEqual([])
  tablet.line.fate = () => 'ok'
  const next = tablet.start()
  await next.syncNow()
  await next.scan(entryOf(codeOf(2)))
  expect(intentOf(tablet)).toMatchObject({ seq: left?.seq, epoch: (left?.epoch ?? 0) + 1 })
  expect(intentOf(tablet)?.op).not.toBe(left?.op)
  await next.stop()
})
