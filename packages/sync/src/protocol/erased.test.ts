/**
 * Goal: a gate says nothing any more of who was erased, from its next contact on.
 * Method: the whole gate engine over stores in memory, against a central in this process.
 */
import { erasedName } from '@eventpass/domain'
import { expect, test } from 'vitest'
import { createWorld, entryOf, inShort, offline, until } from '../gate/tablet.fake.ts'

test('[GD1] a pull takes names and texts of who was erased, and of nobody else', async () => {
  const { tablet, gate, disk, erase } = await openHouse()
  expect(disk()).toContain('Zora Quill')
  expect(disk()).toContain('sobbing')
  erase()
  tablet.line.fate = () => 'ok'
  await gate.syncNow()
  expect(disk()).not.toContain('Zora Quill')
  expect(disk()).not.toContain('sobbing')
  expect(disk()).toContain('Bert Okafor')
  expect(disk()).toContain('a slip')
  expect((await gate.history()).map(({ name }) => name)).toEqual([
    'Bert Okafor',
    'Bert Okafor',
    null,
    null,
  ])
  await gate.stop()
})

test('[GD1] what happens later with the code is shown and recorded without name or text', async () => {
  const { code, tablet, gate, disk, erase, admit } = await openHouse()
  erase()
  tablet.line.fate = () => 'ok'
  await gate.syncNow()
  const shown = await gate.scan(entryOf(code))
  expect([inShort(shown), shown.name]).toEqual(['refuse cancelled', null])
  await gate.undo(admit, 'sobbing once more')
  expect(disk()).not.toContain('sobbing')
  expect(await gate.search('zora')).toEqual([])
  await gate.stop()
})

test('[GD1] a list that is fetched whole makes the ledger forget too', async () => {
  const { time, tablet, gate, disk, erase } = await openHouse()
  erase()
  await gate.stop()
  tablet.damageManifest()
  tablet.line.fate = () => 'ok'
  const again = tablet.start()
  await until(again, ({ stage }) => stage === 'ready', time)
  await again.syncNow()
  expect(disk()).not.toContain('Zora Quill')
  expect(disk()).not.toContain('sobbing')
  expect(disk()).toContain('Bert Okafor')
  await again.stop()
})

/** A tablet that knows two people, with words said about both that nobody has heard yet. */
async function openHouse() {
  const { event, pairedTablet, time } = await createWorld()
  const code = await event.issue(1, { name: 'Zora Quill' })
  const [row] = event.tickets()
  const other = await event.issue(2, { name: 'Bert Okafor' })
  const { tablet, gate } = await pairedTablet()
  tablet.line.fate = offline()
  const undone = async (text: string, note: string) => {
    const { scan } = await gate.scan(entryOf(text))
    if (!scan) throw new Error('An admission is recorded.')
    await gate.undo(scan, note)
    return scan
  }
  const admit = await undone(code, 'sobbing')
  await undone(other, 'a slip')
  const disk = () =>
    JSON.stringify([...tablet.ledgers.values(), ...tablet.manifests.values()], (_, value) =>
      value instanceof Map ? [...value] : value,
    )
  const erase = () => {
    if (!row) throw new Error('A ticket that was issued is listed.')
    event.edit({ ...row, name: erasedName, state: 'cancelled' })
  }
  return { time, code, admit, tablet, gate, disk, erase }
}
