/** Goal: a tablet that is heard of no more holds its list for so long as it may, by its own working time (DV4). */
import { expect, test } from 'vitest'
import type { TestTime } from '../protocol/test-time.fake.ts'
import type { RunningGate } from './create-gate.ts'
import { createTablet, createWorld, entryOf, inShort, pairTablet, until } from './tablet.fake.ts'

const hourMs = 3_600_000

async function leased(leaseMs: number | null) {
  const world = await createWorld()
  world.registry.leaseMs = leaseMs
  const code = await world.event.issue(1)
  const tablet = createTablet(world.time, world.central)
  const gate = tablet.start()
  await pairTablet(world.time, gate, world.registry)
  return { ...world, code, tablet, gate }
}

test('[DV4] at its end list and keys are deleted, the queue stays, and a contact brings all back', async () => {
  const { time, central, code, tablet, gate } = await leased(2 * hourMs)
  tablet.line.fate = () => 'lost'
  expect(inShort(await gate.scan(entryOf(code)))).toBe('admit')
  await work(time, gate, 1.9 * hourMs)
  expect(inShort(await gate.scan(entryOf(code)))).toBe('refuse used')
  await work(time, gate, 0.2 * hourMs)
  await until(gate, ({ stage }) => stage === 'locked', time)
  expect(inShort(await gate.scan(entryOf(code)))).toBe('refuse wiped')
  expect(tablet.manifests.size).toBe(0)
  expect(tablet.keyRings.get('ledger-1')?.eventKeys).toEqual([])
  expect(tablet.ledgers.get('ledger-1')?.scans).toHaveLength(3)

  tablet.line.fate = () => 'ok'
  await gate.syncNow()
  await until(gate, ({ stage }) => stage === 'ready', time)
  expect(central.links()).toHaveLength(3)
  expect(inShort(await gate.scan(entryOf(code)))).toBe('refuse used')
  await gate.stop()
})

test('[DV4] a wall clock that jumps years, either way, neither ends nor stretches it', async () => {
  const { time, code, tablet, gate } = await leased(2 * hourMs)
  tablet.line.fate = () => 'lost'
  tablet.wall.offsetMs += 10 * 365 * 24 * hourMs
  await work(time, gate, 0.5 * hourMs)
  expect(inShort(await gate.scan(entryOf(code)))).toBe('admit')
  tablet.wall.offsetMs -= 30 * 365 * 24 * hourMs
  await work(time, gate, 1.6 * hourMs)
  await until(gate, ({ stage }) => stage === 'locked', time)
  await gate.stop()
})

test('[DV4] it is counted over restarts, and time switched off does not count', async () => {
  const { time, tablet, gate } = await leased(2 * hourMs)
  tablet.line.fate = () => 'lost'
  await work(time, gate, 1.5 * hourMs)
  await gate.stop()
  time.advance(24 * hourMs)
  let running = tablet.start()
  await work(time, running, 0.3 * hourMs)
  await until(running, ({ stage }) => stage === 'ready', time)
  await work(time, running, 0.3 * hourMs)
  await until(running, ({ stage }) => stage === 'locked', time)
  await running.stop()
  running = tablet.start()
  await until(running, ({ stage }) => stage === 'locked', time)
  await running.stop()
})

test('[DV4] a contact begins it anew, and without a lease nothing ends', async () => {
  const { time, tablet, gate } = await leased(2 * hourMs)
  await work(time, gate, 1.9 * hourMs)
  await gate.syncNow()
  tablet.line.fate = () => 'lost'
  await work(time, gate, 1.8 * hourMs)
  await until(gate, ({ stage }) => stage === 'ready', time)
  await gate.stop()

  const free = await leased(null)
  free.tablet.line.fate = () => 'lost'
  await work(free.time, free.gate, 100 * hourMs)
  await until(free.gate, ({ stage }) => stage === 'ready', free.time)
  await free.gate.stop()
})

/** Lets the tablet work for so long, in steps in which it can note that. */
async function work(time: TestTime, gate: RunningGate, ms: number): Promise<void> {
  const steps = 40
  for (let step = 0; step < steps; step += 1) {
    time.advance(ms / steps)
    for (let turn = 0; turn < 8; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  }
  await gate.history()
}
