/**
 * Goal: what a steward does at the screen ends in the right verdict, durably recorded, at once.
 * Method: the whole engine over stores in memory, with real tokens, keys and chains.
 */
import type { ScanBody, ScanId } from '@eventpass/domain'
import { describe, expect, test } from 'vitest'
import { parseScanBody } from '../chain/scan-body.ts'
import { verifyChain, zeroHash } from '../chain/seal-scan.ts'
import { hashPin } from '../pairing/pin.ts'
import { checkInListOf } from './fixtures.fake.ts'
import {
  createTablet,
  createWorld,
  entryOf,
  inShort,
  pairTablet,
  type Tablet,
  until,
} from './tablet.fake.ts'

describe('a verdict', () => {
  test('[SY1] is answered only after its scan is on the disk, and every kind of it is recorded', async () => {
    const { event, pairedTablet } = await createWorld()
    const code = await event.issue(1)
    const { tablet, gate } = await pairedTablet()
    tablet.line.fate = () => 'lost'
    expect(inShort(await gate.scan(entryOf('random text')))).toBe('refuse unreadable')
    expect(inShort(await gate.scan(entryOf(code)))).toBe('admit')
    expect(inShort(await gate.scan(entryOf(code, { act: 'exit' })))).toBe('admit')
    const bodies = bodiesOf(tablet)
    expect(bodies.map(({ seq, act, verdict, reason }) => [seq, act, verdict, reason])).toEqual([
      [1, 'entry', 'refuse', 'unreadable'],
      [2, 'entry', 'admit', null],
      [3, 'exit', 'admit', null],
    ])
    const scans = tablet.ledgers.get('ledger-1')?.scans ?? []
    expect(await verifyChain(crypto.subtle, zeroHash, scans)).toBe(true)
    await gate.stop()
  })

  test('[SY1] is not given where the scan cannot be written', async () => {
    const { event, pairedTablet } = await createWorld()
    const code = await event.issue(1)
    const { tablet, gate } = await pairedTablet()
    const ledger = tablet.ledgers.get('ledger-1')
    if (!ledger) throw new Error('no ledger')
    ledger.scans = Object.freeze([]) as unknown as typeof ledger.scans
    await expect(gate.scan(entryOf(code))).rejects.toThrow()
    ledger.scans = []
    expect(inShort(await gate.scan(entryOf(code)))).toBe('admit')
    await gate.stop()
  })

  test('keeps raw text only where it proves something, and never beside a listed code', async () => {
    const { event, pairedTablet } = await createWorld()
    const code = await event.issue(1)
    const { tablet, gate } = await pairedTablet()
    const unlisted = await event.issue(2, {}, false)
    tablet.line.fate = () => 'lost'
    const forged = code.slice(0, 40) + (code[40] === 'A' ? 'B' : 'A') + code.slice(41)
    for (const text of [code, 'noise\0\ud800', forged, unlisted]) await gate.scan(entryOf(text))
    const texts = (tablet.ledgers.get('ledger-1')?.scans ?? []).map(
      ({ texts }) => texts.code?.text ?? null,
    )
    expect(texts).toEqual([null, 'noise\ufffd\ufffd', forged, unlisted])
    expect(JSON.stringify(bodiesOf(tablet))).not.toContain('noise')
    // Central has them now: the tablet forgets.
    tablet.line.fate = () => 'ok'
    await gate.syncNow()
    expect(
      tablet.ledgers.get('ledger-1')?.scans.every(({ texts: { code: raw } }) => raw === null),
    ).toBe(true)
    await gate.stop()
  })

  test('scans asked for at the same moment are decided one after another', async () => {
    const { event, pairedTablet } = await createWorld()
    const code = await event.issue(1)
    const { gate } = await pairedTablet()
    const verdicts = await Promise.all([1, 2, 3, 4].map(() => gate.scan(entryOf(code))))
    expect(verdicts.map(inShort).sort()).toEqual([
      'admit',
      'just_admitted',
      'just_admitted',
      'just_admitted',
    ])
    await gate.stop()
  })

  test('an attention is answered by a second scan that names it, and only that counts', async () => {
    const { event, time, central, pairedTablet } = await createWorld()
    const { gate } = await pairedTablet()
    const late = await event.issue(2, {}, false)
    const amber = await gate.scan(entryOf(late))
    expect(inShort(amber)).toBe('attention unlisted')
    const green = await gate.scan(entryOf(late, { answers: amber.scan }))
    expect(inShort(green)).toBe('admit unlisted')
    time.advance(60_000)
    expect(inShort(await gate.scan(entryOf(late, { answers: amber.scan })))).toBe('refuse used')
    await gate.syncNow()
    const bodies = central.bodies()
    expect(bodies.map(({ answers }) => answers)).toEqual([null, amber.scan, amber.scan])
    expect(bodies.map(({ verdict }) => verdict)).toEqual(['attention', 'admit', 'refuse'])
    await gate.stop()
  })

  test('a supervisor’s force needs the PIN, and a wrong one records nothing and is slowed down', async () => {
    const { event, time, registry, central } = await createWorld()
    registry.pinHash = await hashPin(crypto.subtle, 'salt', '4711')
    const code = await event.issue(1, { state: 'cancelled' })
    const tablet = createTablet(time, central)
    const gate = tablet.start()
    await pairTablet(time, gate, registry)
    const forced = (pin: string) => gate.scan(entryOf(code, { force: { pin, note: 'VIP' } }))
    for (let fault = 0; fault < 5; fault += 1) await expect(forced('0000')).rejects.toThrow('PIN')
    await expect(forced('4711')).rejects.toThrow('Wait')
    expect(bodiesOf(tablet)).toEqual([])
    time.advance(31_000)
    expect(inShort(await forced('4711'))).toBe('admit cancelled')
    expect(bodiesOf(tablet).map(({ forced: was, forceSent }) => [was, forceSent])).toEqual([
      [true, true],
    ])
    await gate.stop()
  })

  test('[DC11] a party is shown with who is inside, and each is admitted by a scan of its own', async () => {
    const { event, pairedTablet } = await createWorld()
    const codes = [
      await event.issue(1, { party: 7, name: 'Ada' }),
      await event.issue(2, { party: 7, name: 'Ben' }),
      await event.issue(3, { party: 7, name: 'Cy' }),
    ]
    const { policy } = event.frame()
    event.editFrame({ policy: { ...policy, byName: 'refuse' } })
    const { tablet, gate } = await pairedTablet()
    const shown = await gate.scan(entryOf(codes[0] ?? ''))
    expect(shown.party.map(({ name, inside }) => [name, inside])).toEqual([
      ['Ben', false],
      ['Cy', false],
    ])
    const [ben, cy] = shown.party
    if (!ben || !cy) throw new Error('no party')
    const pick = ({ invitee, digest }: typeof ben, answers: ScanId | null) =>
      gate.scan(entryOf('', { source: { kind: 'row', invitee, digest }, answers }))
    expect(inShort(await pick(ben, null))).toBe('refuse by_name')
    const admitted = await pick(ben, shown.scan)
    expect(inShort(admitted)).toBe('admit')
    expect(admitted.party.map(({ name, inside }) => [name, inside])).toEqual([
      ['Ada', true],
      ['Cy', false],
    ])
    expect(bodiesOf(tablet).at(-1)).toMatchObject({ input: 'search', answers: shown.scan })
    expect(inShort(await pick(cy, admitted.scan))).toBe('refuse by_name')
    await gate.undo(shown.scan ?? ('' as ScanId), null)
    expect(inShort(await pick(cy, shown.scan))).toBe('refuse by_name')
    expect(bodiesOf(tablet).at(-1)).toMatchObject({ answers: null })
    await gate.stop()
  })

  test('[DC11] a companion who is asked something is still vouched for when it is answered; after a restart nobody is', async () => {
    const { event, time, pairedTablet } = await createWorld()
    const codes = [
      await event.issue(1, { party: 7, name: 'Ada' }),
      await event.issue(2, { party: 7, name: 'Ben', state: 'unpaid' }),
    ]
    const { policy, lists } = event.frame()
    event.editFrame({
      policy: { ...policy, byName: 'supervisor' },
      lists: lists.map((list) => ({ ...list, unpaid: 'ask' as const })),
    })
    const { tablet, gate } = await pairedTablet()
    const shown = await gate.scan(entryOf(codes[0] ?? ''))
    const [ben] = shown.party
    if (!ben) throw new Error('no party')
    const source = { kind: 'row', invitee: ben.invitee, digest: ben.digest } as const
    const asked = await gate.scan(entryOf('', { source, answers: shown.scan }))
    expect(inShort(asked)).toBe('attention unpaid')
    expect(inShort(await gate.scan(entryOf('', { source, answers: asked.scan })))).toBe(
      'admit unpaid',
    )
    expect(bodiesOf(tablet).map(({ answers }) => answers)).toEqual([null, shown.scan, asked.scan])
    const undone = bodiesOf(tablet).at(-1)?.id
    await gate.undo(undone ?? ('' as ScanId), null)
    await gate.stop()

    const again = tablet.start()
    await until(again, ({ stage }) => stage === 'ready', time)
    const later = await again.scan(entryOf('', { source, answers: shown.scan }))
    expect(inShort(later)).toBe('attention by_name')
    await again.stop()
  })
})

describe('undo', () => {
  test('by the same tablet within 15 minutes frees the code again; later it is refused and recorded', async () => {
    const { event, time, pairedTablet } = await createWorld()
    const code = await event.issue(1)
    const { tablet, gate } = await pairedTablet()
    const first = await gate.scan(entryOf(code))
    const undone = first.scan && (await gate.undo(first.scan, null))
    expect(undone && inShort(undone)).toBe('admit')
    expect(undone?.name).toBe('Guest 1')
    const second = await gate.scan(entryOf(code))
    expect(inShort(second)).toBe('admit')
    expect(first.scan && inShort(await gate.undo(first.scan, null))).toBe('refuse not_undoable')
    time.advance(15 * 60_000 + 1_000)
    expect(second.scan && inShort(await gate.undo(second.scan, null))).toBe('refuse not_undoable')
    expect(bodiesOf(tablet).map(({ act, verdict }) => `${act} ${verdict}`)).toEqual([
      'entry admit',
      'void admit',
      'entry admit',
      'void refuse',
      'void refuse',
    ])
    expect((await gate.history()).map(({ voided }) => voided)).toEqual([
      false,
      false,
      false,
      false,
      true,
    ])
    await gate.stop()
  })

  test('a wall clock that jumps a day forward does not stand in the way of an undo', async () => {
    const { event, pairedTablet } = await createWorld()
    const code = await event.issue(1)
    const { tablet, gate } = await pairedTablet()
    const { scan } = await gate.scan(entryOf(code))
    tablet.wall.offsetMs += 86_400_000
    expect(scan && inShort(await gate.undo(scan, null))).toBe('admit')
    await gate.stop()
  })
})

describe('search and figures', () => {
  test('a name is found without its accents, with enough letters, and says who is inside', async () => {
    const { event, pairedTablet } = await createWorld()
    const code = await event.issue(1, { name: 'José Muñoz', category: 1 })
    await event.issue(2, { name: 'Josephine Baker' })
    const { gate } = await pairedTablet()
    await gate.scan(entryOf(code))
    expect(
      (await gate.search('jose')).map(({ name, inside, category }) => [name, inside, category]),
    ).toEqual([
      ['José Muñoz', true, 'Crew'],
      ['Josephine Baker', false, null],
    ])
    expect(await gate.search('jos')).toEqual([])
    expect(await gate.search('%%%%')).toEqual([])
    await gate.stop()
  })

  test('people inside follow entries, exits, voids and codes on no list, here and elsewhere', async () => {
    const { event, time, pairedTablet } = await createWorld()
    event.editFrame({ lists: [checkInListOf(1, { counting: 'stay' })] })
    const codes = [await event.issue(1), await event.issue(2)]
    const { gate } = await pairedTablet()
    const other = await pairedTablet()
    const inside = (count: number) =>
      until(gate, ({ peopleInside }) => peopleInside === count, time)
    const first = await gate.scan(entryOf(codes[0] ?? ''))
    await inside(1)
    await other.gate.scan(entryOf(codes[1] ?? ''))
    await other.gate.syncNow()
    await gate.syncNow()
    await inside(2)
    const late = await event.issue(3, {}, false)
    const amber = await gate.scan(entryOf(late))
    await gate.scan(entryOf(late, { answers: amber.scan }))
    await inside(3)
    if (first.scan) await gate.undo(first.scan, null)
    await inside(2)
    await gate.scan(entryOf(codes[1] ?? '', { act: 'exit' }))
    await inside(1)
    await gate.stop()
    await other.gate.stop()
  })

  test('a tablet that is moved to another list decides by that one from then on', async () => {
    const { event, time, registry, pairedTablet } = await createWorld()
    const [one, two] = [checkInListOf(1), checkInListOf(2, { categories: [1] })]
    event.editFrame({ lists: [one, two] })
    const code = await event.issue(1, { category: 0 })
    const { gate } = await pairedTablet()
    expect(inShort(await gate.scan(entryOf(code)))).toBe('admit')
    const [device] = [...registry.devices.values()]
    if (device) device.list = two.id
    await gate.syncNow()
    await until(
      gate,
      ({ listName, peopleInside }) => listName === 'List 2' && peopleInside === 0,
      time,
    )
    expect(inShort(await gate.scan(entryOf(code)))).toBe('refuse wrong_list')
    await gate.stop()
  })

  test('a new signing key is taken over, and codes under the retired one are refused', async () => {
    const { event, pairedTablet } = await createWorld()
    const old = await event.issue(1)
    const { gate } = await pairedTablet()
    await event.rotateKey()
    const fresh = await event.issue(2)
    expect(inShort(await gate.scan(entryOf(fresh)))).toBe('refuse sync_needed')
    await gate.syncNow()
    expect(inShort(await gate.scan(entryOf(fresh)))).toBe('admit')
    expect(inShort(await gate.scan(entryOf(old)))).toBe('refuse retired_key')
    await gate.stop()
  })

  test('a clock that jumps while working is named, and scanning goes on', async () => {
    const { event, time, pairedTablet } = await createWorld()
    const code = await event.issue(1)
    const { tablet, gate } = await pairedTablet()
    await until(gate, ({ stage }) => stage === 'ready', time)
    time.advance(15_000)
    tablet.wall.offsetMs -= 56 * 365 * 86_400_000
    await until(gate, ({ notices }) => notices.join(' ').includes('clock jumped back'), time)
    expect(inShort(await gate.scan(entryOf(code)))).toBe('admit')
    await gate.stop()
  })

  test('an unpaired tablet says what to do', async () => {
    const { time, central } = await createWorld()
    const gate = createTablet(time, central).start()
    await until(gate, ({ stage }) => stage === 'unpaired', time)
    await expect(gate.scan(entryOf('x'))).rejects.toThrow('not paired')
    await gate.stop()
  })
})

function bodiesOf(tablet: Tablet): readonly ScanBody[] {
  return (tablet.ledgers.get('ledger-1')?.scans ?? []).map(({ bytes }) => {
    const parsed = parseScanBody(bytes)
    if (!parsed.ok) throw new Error(parsed.failure.message)
    return parsed.value
  })
}
