/**
 * Goal: a gate that changes its upstream, or is answered in pages, ends with the same set of
 * scans as one that never did (SY5).
 * Method: central and a hub in this process; the hub stores, relays and hands on receipts.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  createTablet,
  createWorld,
  entryOf,
  inShort,
  pairTablet,
  pendingOf,
  until,
} from '../gate/tablet.fake.ts'
import { createFakeNode } from './fake-node.fake.ts'

test('[SY5] moving between hub and central loses and repeats nothing', async () => {
  const { time, event, registry, central } = await createWorld()
  const codes = await codesOf(event, 4)
  const hub = createFakeNode(registry, central)
  const north = createTablet(time, central)
  const south = createTablet(time, central)
  const [one, two] = [north.start(), south.start()]
  await pairTablet(time, one, registry)
  await pairTablet(time, two, registry)

  // North goes to the hub, which has no uplink: its scans stay pending, for only central's receipt counts.
  north.moveTo(hub, 'hub')
  expect(inShort(await one.scan(entryOf(codes[0] ?? '')))).toBe('admit')
  await one.syncNow()
  expect([hub.links().length, central.links().length, pendingOf(north)]).toEqual([1, 0, 1])
  expect((await until(one, ({ link }) => link === 'hub', time)).pending).toBe(1)

  // South hears of it at the hub, and of nothing twice at central.
  south.moveTo(hub, 'hub')
  await two.syncNow()
  expect(inShort(await two.scan(entryOf(codes[0] ?? '')))).toBe('refuse used')
  await hub.relay()
  south.moveTo(central, 'central')
  await two.syncNow()
  expect(inShort(await two.scan(entryOf(codes[1] ?? '')))).toBe('admit')
  await two.syncNow()

  north.moveTo(central, 'central')
  await one.syncNow()
  expect(pendingOf(north)).toBe(0)
  expect(inShort(await one.scan(entryOf(codes[1] ?? '')))).toBe('refuse used')
  await one.syncNow()
  expect(central.links()).toHaveLength(4)
  await until(one, ({ peopleInside }) => peopleInside === 2, time)
  await until(two, ({ peopleInside }) => peopleInside === 2, time)
  await one.stop()
  await two.stop()
})

test('[SY5] pages of any size end in the same rows and marks, wherever a pull breaks off', async () => {
  const { time, event, registry, central } = await createWorld()
  const codes = await codesOf(event, 6)
  const scanner = createTablet(time, central)
  const gate = scanner.start()
  await pairTablet(time, gate, registry)
  const listener = createTablet(time, central)
  const far = listener.start()
  await pairTablet(time, far, registry)
  listener.line.fate = () => 'lost'
  for (const code of codes) await gate.scan(entryOf(code))
  await gate.syncNow()
  for (let n = 20; n < 32; n += 1) await event.issue(n)
  await far.stop()
  const restore = listener.backUp()

  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 9 }), fc.nat(12), async (pageMax, breakAt) => {
      restore()
      listener.line = { ...listener.line, counts: new Map(), pageMax }
      listener.line.fate = (call, count) =>
        call === 'pull' && count === breakAt ? 'answer_lost' : 'ok'
      const again = listener.start()
      await again.syncNow()
      await again.syncNow()
      await until(again, ({ tickets, peopleInside }) => tickets === 18 && peopleInside === 6, time)
      for (const code of codes) {
        time.advance(20_000)
        expect(inShort(await again.scan(entryOf(code)))).toBe('refuse used')
      }
      await again.stop()
    }),
    { numRuns: 10 },
  )
  await gate.stop()
})

test('[SY5] a change that central did not sign, or that follows another revision, is not taken', async () => {
  const { time, event, central, pairedTablet } = await createWorld()
  const code = await event.issue(1)
  const { gate } = await pairedTablet()
  const delta = event.delta
  const late = await event.issue(2)
  central.pull = (
    (pull) =>
    async (...args: Parameters<typeof pull>) => {
      const output = await pull(...args)
      return { ...output, manifest: await delta(0, 100) }
    }
  )(central.pull)
  await gate.syncNow()
  await until(gate, ({ notices }) => notices.join(' ').includes('another revision'), time)
  expect(inShort(await gate.scan(entryOf(late)))).toBe('attention unlisted')
  expect(inShort(await gate.scan(entryOf(code)))).toBe('admit')
  await gate.stop()
})

test('[SY4] after any edits the deltas leave the rows of a fresh snapshot', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          n: fc.integer({ min: 1, max: 6 }),
          what: fc.constantFrom('cancel', 'erase', 'frame', 'sync', 'rename'),
        }),
        { maxLength: 12 },
      ),
      async (edits) => {
        const { time, event, registry, central, pairedTablet } = await createWorld()
        for (let n = 1; n <= 6; n += 1) await event.issue(n)
        const tickets = event.tickets()
        const { tablet, gate } = await pairedTablet()
        for (const { n, what } of edits) {
          const ticket = tickets.find(({ invitee }) => invitee === n)
          if (!ticket) continue
          if (what === 'cancel') event.edit({ ...ticket, state: 'cancelled' })
          if (what === 'rename') event.edit({ ...ticket, name: `Renamed ${n}` })
          if (what === 'erase') event.erase(ticket.digest)
          if (what === 'frame') event.editFrame({ eventName: `Night ${n}` })
          if (what === 'sync') await gate.syncNow()
        }
        await gate.syncNow()
        const fresh = createTablet(time, central)
        const other = fresh.start()
        await pairTablet(time, other, registry)
        expect(await tablet.checksum()).toBe(await fresh.checksum())
        await gate.stop()
        await other.stop()
      },
    ),
    { numRuns: 12 },
  )
})

async function codesOf(event: { readonly issue: (n: number) => Promise<string> }, count: number) {
  const codes: string[] = []
  for (let n = 1; n <= count; n += 1) codes.push(await event.issue(n))
  return codes
}
