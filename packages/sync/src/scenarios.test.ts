/**
 * Goal: what hurt people in the field, where the sync between gate and central decides it.
 * Method: one row a scenario, by its number; each drives whole gates and a central in this
 * process. Scans are a minute apart unless said.
 */
import type { ScanBody } from '@eventpass/domain'
import { expect, test } from 'vitest'
import { parseScanBody } from './chain/scan-body.ts'
import type { RunningGate } from './gate/create-gate.ts'
import { checkInListOf } from './gate/fixtures.fake.ts'
import type { ScanAttempt } from './gate/gate.ts'
import {
  createTablet,
  createWorld,
  entryOf,
  inShort,
  pairTablet,
  pendingOf,
  until,
} from './gate/tablet.fake.ts'
import { hashPin } from './pairing/pin.ts'
import type { PushInput } from './wire/push.ts'

type World = Awaited<ReturnType<typeof createWorld>>

interface Scenario {
  readonly row: string
  readonly says: string
  readonly plays: (world: World) => Promise<void>
}

const scenarios: readonly Scenario[] = [
  {
    row: '12',
    says: 'admitted here, again here before any sync: used, and one admission is queued',
    plays: async (world) => {
      const code = await world.event.issue(1)
      const { tablet, gate } = await world.pairedTablet()
      tablet.line.fate = () => 'lost'
      expect(await scan(world, gate, code)).toBe('admit')
      expect(await scan(world, gate, code)).toBe('refuse used')
      expect(bodies(tablet.ledgers).filter(({ verdict }) => verdict === 'admit')).toHaveLength(1)
      await gate.stop()
    },
  },
  {
    row: '20',
    says: 'the same scans pushed twice, ten times, in another order: one record, the same answers',
    plays: async (world) => {
      const { central, event } = world
      const codes = [await event.issue(1), await event.issue(2), await event.issue(3)]
      const { gate } = await world.pairedTablet()
      const pushes: { readonly pass: string; readonly input: PushInput }[] = []
      const push = central.push
      central.push = (pass, input) => {
        pushes.push({ pass, input })
        return push(pass, input)
      }
      const answers = []
      for (const code of codes) {
        await scan(world, gate, code)
        await gate.syncNow()
      }
      for (const { pass, input } of pushes) answers.push(await push(pass, input))
      const stored = central.links()
      expect(stored).toHaveLength(3)
      for (let again = 0; again < 10; again += 1) {
        const order = again % 2 === 0 ? [...pushes.entries()].reverse() : [...pushes.entries()]
        for (const [at, { pass, input }] of order) {
          const answer = await push(pass, input)
          expect(answer.outcome === 'accepted' && answer.answers).toEqual(
            answers[at]?.outcome === 'accepted' && answers[at].answers,
          )
        }
      }
      expect(central.links()).toEqual(stored)
      await gate.stop()
    },
  },
  {
    row: '21',
    says: 'forced though it was not needed is forceSent; forced a second time is forced',
    plays: async (world) => {
      const { registry, central, event } = world
      registry.pinHash = await hashPin(crypto.subtle, 'salt', '4711')
      const code = await event.issue(1)
      const { gate } = await world.pairedTablet()
      const force = { pin: '4711', note: 'The organiser said so' }
      expect(await scan(world, gate, code, { force })).toBe('admit')
      expect(await scan(world, gate, code, { force })).toBe('admit used')
      await gate.syncNow()
      expect(central.bodies().map(({ forced, forceSent }) => [forced, forceSent])).toEqual([
        [false, true],
        [true, true],
      ])
      await gate.stop()
    },
  },
  {
    row: '22',
    says: 'two tablets admit one ticket offline: both records, one winner, people inside 2',
    plays: async (world) => {
      const { time, central, event } = world
      const code = await event.issue(1)
      const [one, two] = [await world.pairedTablet(), await world.pairedTablet()]
      one.tablet.line.fate = () => 'lost'
      two.tablet.line.fate = () => 'lost'
      expect(await scan(world, one.gate, code)).toBe('admit')
      expect(await scan(world, two.gate, code)).toBe('admit')
      one.tablet.line.fate = () => 'ok'
      two.tablet.line.fate = () => 'ok'
      await one.gate.syncNow()
      await two.gate.syncNow()
      await one.gate.syncNow()
      const admits = central.bodies()
      expect(admits).toHaveLength(2)
      const rulings = admits.map(({ id }) => central.rulingOf(id)?.kind)
      expect([...rulings].sort()).toEqual(['confirmed', 'superseded'])
      await until(one.gate, ({ peopleInside }) => peopleInside === 2, time)
      await until(two.gate, ({ peopleInside }) => peopleInside === 2, time)
      await one.gate.stop()
      await two.gate.stop()
    },
  },
  {
    row: '23',
    says: 'an unknown code forced is refused and logged, sent once, and never retried for ever',
    plays: async (world) => {
      const { registry, central } = world
      registry.pinHash = await hashPin(crypto.subtle, 'salt', '4711')
      const { tablet, gate } = await world.pairedTablet()
      const force = { pin: '4711', note: 'Let them in' }
      expect(await scan(world, gate, 'no ticket at all', { force })).toBe('refuse unreadable')
      await gate.syncNow()
      expect(
        central.bodies().map(({ verdict, forced, forceSent }) => [verdict, forced, forceSent]),
      ).toEqual([['refuse', false, true]])
      const pushes = tablet.line.counts.get('push')
      for (let again = 0; again < 5; again += 1) await gate.syncNow()
      expect(tablet.line.counts.get('push')).toBe(pushes)
      await gate.stop()
    },
  },
  {
    row: '24',
    says: 'a scan that arrives a day late keeps its own time, and the arrival is told apart',
    plays: async (world) => {
      const { time, central, event } = world
      const code = await event.issue(1)
      const { tablet, gate } = await world.pairedTablet()
      tablet.line.fate = () => 'lost'
      const madeAtMs = time.nowMs()
      await gate.scan(entryOf(code))
      time.advance(86_400_000)
      tablet.line.fate = () => 'ok'
      await gate.syncNow()
      const [link] = central.links()
      expect(link?.body?.wallMs).toBe(madeAtMs)
      expect((link?.arrivedAtMs ?? 0) - madeAtMs).toBeGreaterThanOrEqual(86_400_000)
      // The contact before it bounds it from below, the one that opened its push from above.
      const around = central.contacts.filter(({ epoch }) => epoch === link?.body?.epoch)
      expect(around.some(({ headSeq, tiMs }) => headSeq === 0 && tiMs <= madeAtMs)).toBe(true)
      expect(around.some(({ headSeq, trMs }) => headSeq === 1 && trMs >= madeAtMs)).toBe(true)
      await gate.stop()
    },
  },
  {
    row: '25',
    says: 'faults of the server in the middle of a queue: the rest stays, the next pass goes on, no doubles',
    plays: async (world) => {
      const { central, event } = world
      const code = await event.issue(1)
      const { tablet, gate } = await world.pairedTablet()
      tablet.line.fate = () => 'lost'
      for (let n = 0; n < 1_200; n += 1) await gate.scan(entryOf(`paper ${n}`))
      await scan(world, gate, code)
      let pushes = 0
      tablet.line.fate = (call) => {
        if (call !== 'push') return 'ok'
        pushes += 1
        return pushes === 2 ? 'server_error' : 'ok'
      }
      await gate.syncNow()
      const stored = central.links().length
      expect(stored).toBeGreaterThan(0)
      expect(pendingOf(tablet)).toBe(1_201 - stored)
      await gate.syncNow()
      expect(pendingOf(tablet)).toBe(0)
      expect(central.links()).toHaveLength(1_201)
      await gate.stop()
    },
  },
  {
    row: '26',
    says: 'a first load broken on its third part, twice, goes on; later loads fetch changes only',
    plays: async (world) => {
      const { time, central, event, registry } = world
      for (let n = 1; n <= 60; n += 1) await event.issue(n)
      const tablet = createTablet(time, central)
      tablet.line.chunkBytes = 1_000
      const asked: number[] = []
      const range = central.range
      central.range = (pass, path, from) => {
        asked.push(from)
        return range(pass, path, from)
      }
      let broken = 0
      tablet.line.carries = (atByte) => {
        const third = atByte >= 2_000 && broken < 2
        if (third) broken += 1
        return !third
      }
      const gate = tablet.start()
      await pairTablet(time, gate, registry)
      await until(gate, ({ stage }) => stage === 'ready', time)
      expect(asked).toEqual([0, 2_000, 2_000])
      await event.issue(61)
      await gate.syncNow()
      await until(gate, ({ tickets }) => tickets === 61, time)
      expect(asked).toHaveLength(3)
      await gate.stop()
    },
  },
  {
    row: '27',
    says: 'a scan made between the push and the pull of one pass counts at the next scan',
    plays: async (world) => {
      const { central, event } = world
      const [early, between] = [await event.issue(1), await event.issue(2)]
      const { tablet, gate } = await world.pairedTablet()
      await scan(world, gate, early)
      let made = ''
      tablet.line.onAnswer = async (call) => {
        if (call === 'push' && made === '') made = inShort(await gate.scan(entryOf(between)))
      }
      await gate.syncNow()
      expect(made).toBe('admit')
      expect(await scan(world, gate, between)).toBe('refuse used')
      await gate.syncNow()
      expect(pendingOf(tablet)).toBe(0)
      expect(central.bodies().filter(({ verdict }) => verdict === 'admit')).toHaveLength(2)
      await gate.stop()
    },
  },
  {
    row: '30',
    says: 'issued after the last pull, then pulled: its row, and the earlier amber admission counts',
    plays: async (world) => {
      const { event } = world
      const { gate } = await world.pairedTablet()
      const other = await world.pairedTablet()
      const late = await event.issue(9)
      const amber = await gate.scan(entryOf(late))
      expect(inShort(amber)).toBe('attention unlisted')
      expect(await scan(world, gate, late, { answers: amber.scan })).toBe('admit unlisted')
      await gate.syncNow()
      world.time.advance(60_000)
      const used = await gate.scan(entryOf(late))
      expect([inShort(used), used.name]).toEqual(['refuse used', 'Guest 9'])
      // And at every other gate, once both have synced.
      await gate.syncNow()
      await other.gate.syncNow()
      expect(await scan(world, other.gate, late)).toBe('refuse used')
      await gate.stop()
      await other.gate.stop()
    },
  },
  {
    row: '38',
    says: 'a steward searches from 4 letters, a supervisor from 2, and neither needs accents',
    plays: async (world) => {
      const { event, registry, central } = world
      const names = ['José Álvarez', 'Jürgen Müller', 'Ada Mueller', 'Văn Nguyễn']
      for (const [at, name] of names.entries()) await event.issue(at + 1, { name })
      const steward = await world.pairedTablet()
      const pairStart = central.pairStart
      central.pairStart = async (input) => {
        const started = await pairStart(input)
        const device = registry.devices.get(started.device)
        if (device) device.role = 'supervisor'
        return started
      }
      const supervisor = await world.pairedTablet()
      const found = async ({ gate }: typeof steward, query: string) =>
        (await gate.search(query)).map(({ name }) => name).sort()
      expect(await found(steward, 'jos')).toEqual([])
      expect(await found(steward, 'jose')).toEqual(['José Álvarez'])
      expect(await found(steward, 'muller')).toEqual(['Ada Mueller', 'Jürgen Müller'])
      expect(await found(steward, 'Nguyen Van')).toEqual(['Văn Nguyễn'])
      expect(await found(supervisor, 'j')).toEqual([])
      expect(await found(supervisor, 'jo')).toEqual(['José Álvarez'])
      for (const { gate } of [steward, supervisor]) await gate.stop()
    },
  },
  {
    row: '39',
    says: 'an undo in time frees the ticket at every gate; one after 15 minutes is refused and logged',
    plays: async (world) => {
      const { time, central, event } = world
      const code = await event.issue(1)
      const [one, two] = [await world.pairedTablet(), await world.pairedTablet()]
      const first = await one.gate.scan(entryOf(code))
      await one.gate.syncNow()
      await two.gate.syncNow()
      expect(await scan(world, two.gate, code)).toBe('refuse used')
      expect(first.scan && inShort(await one.gate.undo(first.scan, null))).toBe('admit')
      await one.gate.syncNow()
      await two.gate.syncNow()
      expect(await scan(world, two.gate, code)).toBe('admit')
      expect(first.scan && central.rulingOf(first.scan)?.kind).toBe('voided')

      time.advance(16 * 60_000)
      const [last] = await two.gate.history()
      expect(last && inShort(await two.gate.undo(last.id, null))).toBe('refuse not_undoable')
      await two.gate.syncNow()
      expect(
        central
          .bodies()
          .filter(({ act }) => act === 'void')
          .map(({ verdict }) => verdict),
      ).toEqual(['admit', 'refuse'])
      await one.gate.stop()
      await two.gate.stop()
    },
  },
  {
    row: '36',
    says: 'a required question is asked, nothing is consumed; answered, the answer travels with the scan',
    plays: async (world) => {
      const { central, event } = world
      event.editFrame({ lists: [checkInListOf(1, { question: 'Over 18?' })] })
      const code = await event.issue(1)
      const { gate } = await world.pairedTablet()
      const asked = await gate.scan(entryOf(code))
      expect([inShort(asked), asked.verdict.question]).toEqual(['attention question', 'Over 18?'])
      const answered = { answers: asked.scan, answer: 'Yes' }
      expect(await scan(world, gate, code, answered)).toBe('admit')
      await gate.syncNow()
      expect(central.links().map(({ texts }) => texts.answer?.text ?? null)).toEqual([null, 'Yes'])
      await gate.stop()
    },
  },
]

test.each(scenarios.map((one) => [one.row, one.says, one] as const))(
  'scenario %s (sync): %s',
  async (_row, _says, { plays }) => plays(await createWorld()),
)

/** Scans a minute after the last. */
async function scan(
  { time }: World,
  gate: RunningGate,
  text: string,
  change: Partial<ScanAttempt> = {},
): Promise<string> {
  time.advance(60_000)
  return inShort(await gate.scan(entryOf(text, change)))
}

function bodies(
  ledgers: ReadonlyMap<string, { readonly scans: readonly { readonly bytes: string }[] }>,
) {
  return [...ledgers.values()].flatMap(({ scans }) =>
    scans.flatMap(({ bytes }): ScanBody[] => {
      const parsed = parseScanBody(bytes)
      return parsed.ok ? [parsed.value] : []
    }),
  )
}
