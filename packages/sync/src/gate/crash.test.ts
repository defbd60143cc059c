/**
 * Goal: a process that ends between any two durable steps loses nothing that was acknowledged,
 * repeats nothing, and leaves no state that the next start cannot go on from (SY1).
 * Method: pairing, first load, scans and passes, killed at random steps, before or after the
 * disk took them, up to three times; then an undisturbed end.
 */
import type { ScanId } from '@eventpass/domain'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { TestTime } from '../protocol/test-time.fake.ts'
import { type CrashPoint, crashingStores } from './crash-point.fake.ts'
import type { RunningGate } from './create-gate.ts'
import {
  createTablet,
  createWorld,
  entryOf,
  inShort,
  pairTablet,
  pendingOf,
  until,
} from './tablet.fake.ts'

const anyPoint: fc.Arbitrary<CrashPoint> = fc.record({
  step: fc.integer({ min: 1, max: 45 }),
  where: fc.constantFrom('before', 'after'),
})
const anyWork = fc.array(fc.constantFrom('scan', 'sync', 'edit', 'undo'), {
  minLength: 3,
  maxLength: 10,
})

test('[SY1] killed anywhere, what was acknowledged reaches central, once, on one unbroken chain', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyPoint, { minLength: 1, maxLength: 3 }), anyWork, runWithCrashes),
    { numRuns: 30 },
  )
}, 240_000)

test.each([
  // Between the durable ledger of a new device and its keys, and in a load, a switch, a receipt.
  [[{ step: 3, where: 'before' }]],
  [[{ step: 3, where: 'after' }]],
  [
    [
      { step: 10, where: 'before' },
      { step: 1, where: 'after' },
    ],
  ],
] satisfies CrashPoint[][][])('[SY1] killed at %j', async (points) => {
  await runWithCrashes(points, ['scan', 'sync', 'scan', 'edit', 'sync', 'undo'])
})

async function runWithCrashes(
  points: readonly CrashPoint[],
  work: readonly string[],
): Promise<void> {
  const { time, event, registry, central } = await createWorld()
  const codes: string[] = []
  for (let n = 1; n <= 4; n += 1) codes.push(await event.issue(n))
  const tablet = createTablet(time, central)
  const acknowledged: ScanId[] = []
  const left = [...points]

  /** One life of the process; true where it came to its end undisturbed. */
  const live = async (): Promise<boolean> => {
    const point = left.shift() ?? null
    let crash: () => void = () => undefined
    const crashed = new Promise<false>((resolve) => {
      crash = () => {
        tablet.kill()
        resolve(false)
      }
    })
    const gate = tablet.start(point ? crashingStores(point, crash) : undefined)
    const lived = async () => {
      await become(gate)
      for (const [at, what] of work.entries()) {
        if (what === 'sync') await gate.syncNow()
        if (what === 'edit') await event.issue(20 + at)
        const code = codes[at % codes.length] ?? ''
        if (what === 'scan' || what === 'undo') {
          time.advance(11_000)
          const shown = await gate.scan(entryOf(code))
          if (shown.scan) acknowledged.push(shown.scan)
          if (what === 'undo' && shown.scan) {
            const undone = await gate.undo(shown.scan, null)
            if (undone.scan) acknowledged.push(undone.scan)
          }
        }
      }
      await gate.stop()
      return true as const
    }
    return Promise.race([lived(), crashed])
  }
  const become = async (gate: RunningGate) => {
    const { stage } = await until(gate, (status) => status.stage !== 'starting', time)
    if (stage === 'unpaired') await pairTablet(time, gate, registry)
    if (stage === 'pairing') acceptAll()
    await until(gate, (status) => status.stage === 'ready', time)
  }
  const acceptAll = () => {
    for (const device of registry.devices.values()) device.accepted = true
  }

  while (left.length > 0) await live()
  expect(await live()).toBe(true)
  await settle(tablet.start(), time)
  const stored = central.bodies().map(({ id }) => id)
  expect(new Set(stored).size).toBe(stored.length)
  expect(acknowledged.filter((id) => !stored.includes(id))).toEqual([])
  expect(pendingOf(tablet)).toBe(0)
  for (const { standing } of registry.devices.values()) expect(standing).toBe('active')
  expect(central.quarantinedPushes).toEqual([])

  async function settle(gate: RunningGate, within: TestTime) {
    await until(gate, ({ stage }) => stage === 'ready', within)
    await gate.syncNow()
    // What is known here decides: every code that is in is used, on this very tablet.
    const inside = new Set(
      (await gate.history())
        .filter((row) => row.act === 'entry' && row.verdict === 'admit' && !row.voided)
        .map(({ name }) => name),
    )
    within.advance(11_000)
    for (const [at, code] of codes.entries()) {
      const expected = inside.has(`Guest ${at + 1}`) ? 'refuse used' : 'admit'
      expect(inShort(await gate.scan(entryOf(code)))).toBe(expected)
    }
    await gate.syncNow()
    await gate.stop()
  }
}
