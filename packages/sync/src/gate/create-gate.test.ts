import { expect, test } from 'vitest'
import { createFakeEvent } from '../protocol/fake-event.fake.ts'
import { createFakeNode, createRegistry } from '../protocol/fake-node.fake.ts'
import { createTestTime } from '../protocol/test-time.fake.ts'
import { createTablet, entryOf, inShort, pairTablet } from './tablet.fake.ts'

async function world() {
  const time = createTestTime()
  const event = await createFakeEvent()
  const registry = createRegistry(event, time)
  const central = createFakeNode(registry)
  return { time, event, registry, central }
}

test('smoke', async () => {
  const { time, event, registry, central } = await world()
  const code = await event.issue(1)
  const tablet = createTablet(time, central)
  const gate = tablet.start()
  await pairTablet(time, gate, registry)
  expect(inShort(await gate.scan(entryOf(code)))).toBe('admit')
  expect(inShort(await gate.scan(entryOf(code)))).toBe('just_admitted')
  time.advance(60_000)
  expect(inShort(await gate.scan(entryOf(code)))).toBe('refuse used')
  await gate.syncNow()
  expect(central.bodies()).toHaveLength(2)
  expect(tablet.faults).toEqual([])
  await gate.stop()
})
