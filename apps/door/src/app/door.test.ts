import { expect, test } from 'vitest'
import type { Tone } from '../words/verdict-words.ts'
import { createDemoGate, demoPin, demoToken } from './demo-gate.fake.ts'
import { createDoor } from './door.ts'
import { admitStaysMs } from './scanning.ts'

/**
 * Goal: what a steward's codes, taps and keys lead to, without any looks.
 * Method: the real door over the demo gate, with clocks and timers that stand still until told.
 */
function openDoor(status: Parameters<typeof createDemoGate>[0] = {}) {
  const gate = createDemoGate(status)
  const played: Tone[] = []
  const timers = new Map<number, { atMs: number; call: () => void }>()
  let nowMs = 0
  let lastTimer = 0
  const door = createDoor({
    gate,
    settings: { sun: false, leftHanded: false, lens: null },
    keepSettings: () => {},
    play: (tone) => played.push(tone),
    monoMs: () => nowMs,
    timeOf: () => '19:42',
    later(ms, call) {
      lastTimer += 1
      const id = lastTimer
      timers.set(id, { atMs: nowMs + ms, call })
      return () => timers.delete(id)
    },
    label: 'Test tablet',
  })
  const pass = async (ms: number) => {
    nowMs += ms
    for (const [id, timer] of timers) {
      if (timer.atMs > nowMs) continue
      timers.delete(id)
      timer.call()
    }
    await settled()
  }
  const show = async (...keys: string[]) => {
    door.seeFrame(keys.map(demoToken))
    await settled()
  }
  return { door, gate, played, pass, show, state: () => door.store.get() }
}

/** Everything that is under way in memory has ended. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve()
}

test('[DR6] an admit gives way by itself, a refusal stays until a tap', async () => {
  const { show, pass, state, door, played } = openDoor()
  await show('jose')
  expect(state().shown?.words.word).toBe('Come in')
  await pass(admitStaysMs)
  expect(state().shown).toBeNull()

  await show('used')
  await pass(60_000)
  expect(state().shown?.words.word).toBe('Already in')
  door.dismiss()
  expect(state().shown).toBeNull()
  expect(played).toEqual(['admit', 'refuse'])
})

test('[DR1] a new code replaces the verdict of the one before at once, with no tap', async () => {
  const { show, state } = openDoor()
  await show('used')
  await show('jose')
  expect(state().shown?.answer.name).toBe('José Muñoz')
  await show('jose')
  expect(state().shown?.words.word).toBe('Come in')
})

test('[DR1] a code that a scanner reads while a party comes in is checked after it', async () => {
  const { door, gate, show, state } = openDoor()
  await show('zoe')
  const admitting = door.admitParty()
  door.readText(demoToken('jose'), 'wedge')
  await admitting
  await settled()
  expect(gate.attempts.at(-1)?.source).toMatchObject({ text: demoToken('jose') })
  expect(state().shown?.answer.name).toBe('José Muñoz')
  expect(state().checking).toBe(false)
})

test.each([
  ['pairing', 'waiting for the organiser'],
  ['loading', 'paired already'],
  ['locked', 'paired already'],
  ['read_only', 'Another tab'],
] as const)('[DR3] a link that does nothing says why, as while %s', (stage, words) => {
  const { door, state } = openDoor({ stage })
  door.pair('abcdefghijklmnop')
  expect(state().remark).toContain(words)
  expect(state().status.stage).toBe(stage)
})

test('[DR3] a pairing code is ignored while scanning, and says so', async () => {
  const { door, gate, pass, state } = openDoor()
  const link = 'https://door.test/door/#pair=abcdefghijklmnop'
  for (let frame = 0; frame < 4; frame += 1) {
    door.seeFrame([link])
    await pass(80)
  }
  door.readText(link, 'wedge')
  await settled()
  expect(gate.attempts).toEqual([])
  expect(state().status.stage).toBe('ready')
  expect(state().remark).toContain('pairing code')
})

test('[DR3] before pairing, a ticket is no scan and a pairing code opens the pairing', async () => {
  const { door, gate, show, pass, state } = openDoor({ stage: 'unpaired' })
  await show('jose')
  expect(gate.attempts).toEqual([])
  for (let frame = 0; frame < 4; frame += 1) {
    door.seeFrame(['https://door.test/door/#pair=abcdefghijklmnop'])
    await pass(80)
  }
  expect(state().status.words).toHaveLength(4)
})

test('[DR3] a link that was opened waits until the tablet knows whether it is paired', async () => {
  const { door, gate, state } = openDoor({ stage: 'starting' })
  door.pair('abcdefghijklmnop')
  await settled()
  expect(state().status.stage).toBe('starting')
  gate.set({ stage: 'unpaired' })
  await settled()
  expect(state().status.stage).toBe('pairing')
})

test('[DR8] a scan that could not be recorded is shown as such and never as an admit', async () => {
  const { gate, show, state, played } = openDoor()
  gate.breakWith('The storage of this tablet is full.')
  await show('jose')
  expect(state().shown).toBeNull()
  expect(state().trouble).toMatchObject({
    unsaved: true,
    message: 'The storage of this tablet is full.',
  })
  expect(played).toEqual(['refuse'])
})

test('[DR9] an attention is answered by a second scan that names the first', async () => {
  const { door, gate, show, state } = openDoor()
  await show('unpaid')
  const first = state().shown?.answer.scan
  door.letIn()
  await settled()
  expect(gate.attempts[1]).toMatchObject({ answers: first, force: null })
  expect(state().shown?.words.tone).toBe('admit')
})

test('[DR9] a supervisor answers with the PIN, and overrides a refusal with PIN and reason', async () => {
  const { door, gate, show, state } = openDoor()
  await show('fresh')
  const first = state().shown?.answer.scan
  door.ask('supervise')
  door.reply({ answer: null, force: { pin: demoPin, note: 'Guest of the house' } })
  await settled()
  expect(gate.attempts[1]).toMatchObject({
    answers: first,
    force: { pin: demoPin, note: 'Guest of the house' },
  })

  await show('used')
  door.ask('force')
  door.reply({ answer: null, force: { pin: demoPin, note: 'Came out for air' } })
  await settled()
  expect(gate.attempts[3]).toMatchObject({ answers: null, force: { note: 'Came out for air' } })
  expect(state().shown?.answer.verdict.forced).toBe(true)
})

test('[DR9] a wrong PIN is said where it was typed, and the first verdict stays', async () => {
  const { door, show, state } = openDoor()
  await show('used')
  door.ask('force')
  door.reply({ answer: null, force: { pin: '0000', note: 'Came out for air' } })
  await settled()
  expect(state()).toMatchObject({ asking: 'force', trouble: null })
  expect(state().askFault).toContain('PIN')
  expect(state().shown?.words.word).toBe('Already in')
})

test('[DR9] a question is answered before anything else, with the answer on the second scan', async () => {
  const { door, gate, show, state } = openDoor()
  await show('minor')
  door.ask('answer')
  door.reply({ answer: 'University of Lisbon', force: null })
  await settled()
  expect(gate.attempts[1]).toMatchObject({ answer: 'University of Lisbon', answers: 'scan-1' })
  expect(state().shown?.words.word).toBe('Come in')
})

test('[DR9] of a party, those who are chosen come in by a scan of their own', async () => {
  const { door, gate, show, state } = openDoor()
  await show('zoe')
  expect(state().party.map((one) => one.hit.name)).toEqual([
    'Ana Okafor',
    'Kwame Okafor',
    'Mei-Ling Okafor',
  ])
  door.chooseMember('kwame', false)
  await door.admitParty()
  expect(gate.attempts.slice(1)).toMatchObject([
    { source: { kind: 'row', digest: 'ana' }, answers: 'scan-1' },
    { source: { kind: 'row', digest: 'mei' }, answers: 'scan-1' },
  ])
  expect(state().party.map((one) => one.outcome?.word ?? null)).toEqual([
    'Come in',
    null,
    'Not paid',
  ])
})

test('[DR1] while a sheet or a question is open, the camera takes nothing', async () => {
  const { door, gate, show, state } = openDoor()
  door.openSheet('search')
  await show('jose')
  expect(gate.attempts).toHaveLength(0)
  door.closeSheet()
  await show('jose')
  expect(gate.attempts).toHaveLength(1)

  await show('minor')
  door.ask('answer')
  await show('used')
  expect(gate.attempts).toHaveLength(2)
  expect(state().asking).toBe('answer')
})

test('[DR4] codes of a scanner that come during a check wait for it, in order', async () => {
  const { door, gate } = openDoor()
  for (const key of ['jose', 'used', 'ana']) door.readText(demoToken(key), 'wedge')
  await settled()
  expect(gate.attempts.map(({ source }) => source)).toMatchObject([
    { text: demoToken('jose'), input: 'wedge' },
    { text: demoToken('used'), input: 'wedge' },
    { text: demoToken('ana'), input: 'wedge' },
  ])
})

test('going out is a scan of its own kind, and says goodbye', async () => {
  const { door, gate, show, state } = openDoor()
  door.setAct('exit')
  await show('used')
  expect(gate.attempts[0]?.act).toBe('exit')
  expect(state().shown?.words.word).toBe('Goodbye')
})

test('a tablet that is revoked shows nothing of the event any more', async () => {
  const { gate, show, state } = openDoor()
  await show('used')
  gate.set({ stage: 'revoked' })
  expect(state().shown).toBeNull()
})
