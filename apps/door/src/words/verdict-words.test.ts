import type { GateId, InviteeNo, Reason, ScanId, Verdict } from '@eventpass/domain'
import type { ShownVerdict } from '@eventpass/sync'
import { expect, test } from 'vitest'
import { ageInWords, bytesInWords } from './ages.ts'
import type { WordsContext } from './reason-words.ts'
import { verdictAloud, verdictInWords } from './verdict-words.ts'

/**
 * Goal: what staff read at two metres is right and short for every verdict.
 * Method: the words of the design by example; every reason checked for length and for codes.
 */
const nowMs = Date.UTC(2026, 5, 1, 17, 48)
const minutes = (count: number) => count * 60_000

const context: WordsContext = {
  act: 'entry',
  role: 'steward',
  listName: 'Main entrance',
  gives: null,
  timeOf: (ms) => new Date(ms).toISOString().slice(11, 16),
}

function shownWith(verdict: Partial<Verdict>, beside: Partial<ShownVerdict> = {}): ShownVerdict {
  return {
    verdict: {
      kind: 'admit',
      reason: null,
      tier: 'replica',
      invitee: null,
      forced: false,
      earlier: null,
      explanation: null,
      whenMs: null,
      question: null,
      replicaAgeMs: minutes(9),
      revision: 7,
      notice: null,
      ...verdict,
    },
    scan: 'scan-1' as ScanId,
    confirmBy: null,
    atMs: nowMs,
    name: 'Zoë Okafor',
    category: 'VIP',
    gateName: 'North gate',
    earlierGateName: null,
    party: [],
    ...beside,
  }
}

const reasons = [
  'unreadable',
  'other_event',
  'not_ours',
  'sync_needed',
  'retired_key',
  'bad_signature',
  'unlisted',
  'by_name',
  'revoked',
  'reprinted',
  'blocked',
  'cancelled',
  'unpaid',
  'wrong_list',
  'outside_window',
  'clock_unsure',
  'rules',
  'used',
  'question',
  'old_list',
  'wiped',
  'not_undoable',
] as const satisfies readonly Reason[]

test('[DR6] an admit says come in, who, and what to know', () => {
  const mate = { invitee: 2 as InviteeNo, digest: 'd', name: 'Ana', category: null, inside: false }
  const party = [mate, { ...mate, inside: true }, mate]
  expect(
    verdictInWords(shownWith({ notice: 'table 14', tier: 'hub' }, { party }), context),
  ).toEqual({
    tone: 'admit',
    word: 'Come in',
    name: 'Zoë Okafor',
    line: 'VIP · table 14 · party of 4, 2 still outside',
    foot: 'checked by hub',
  })
})

test('[DR6] a used ticket names the gate, the time and how long ago', () => {
  const earlier = { scan: 's' as ScanId, gate: 'g' as GateId, atMs: nowMs - minutes(6) }
  const verdict = { kind: 'refuse', reason: 'used', earlier } as const
  const said = verdictInWords(shownWith(verdict, { earlierGateName: 'South gate' }), context)
  expect(said).toMatchObject({ word: 'Already in', line: 'South gate, 17:42 · 6 min ago' })
  expect(said.foot).toBe('checked by this tablet · list 9 min old')
  expect(verdictAloud(said)).toBe('Refused. Already in. Zoë Okafor. South gate, 17:42 · 6 min ago')
})

test('[DR6] "how long ago" is by the time of the gate, whatever the tablet thinks it is', () => {
  const earlier = { scan: 's' as ScanId, gate: 'g' as GateId, atMs: minutes(1) }
  const verdict = { kind: 'refuse', reason: 'used', earlier } as const
  const said = verdictInWords(shownWith(verdict, { atMs: minutes(10) }), context)
  expect(said.line).toBe('Another gate, 00:01 · 9 min ago')
})

test('[DR6] a genuine code on no list says whom to ask, and to a supervisor that they decide', () => {
  const unlisted = shownWith(
    { kind: 'attention', reason: 'unlisted', tier: 'signature' },
    { name: null, confirmBy: 'supervisor' },
  )
  expect(verdictInWords(unlisted, context)).toEqual({
    tone: 'attention',
    word: 'Ask lead',
    name: 'Genuine, not on this list yet',
    line: 'The list is 9 min old. A supervisor can let them in.',
    foot: 'checked by signature only · list 9 min old',
  })
  expect(verdictInWords(unlisted, { ...context, role: 'supervisor' }).word).toBe('You decide')
  const trusting = { ...unlisted, confirmBy: 'steward' } as const
  expect(verdictInWords(trusting, context)).toMatchObject({
    word: 'You decide',
    line: 'The list is 9 min old. You can let them in.',
  })
})

test('[DR6] a window says too early before it and too late after it', () => {
  const at = (whenMs: number) =>
    verdictInWords(shownWith({ kind: 'refuse', reason: 'outside_window', whenMs }), context)
  expect(at(nowMs + minutes(72))).toMatchObject({ word: 'Too early', line: 'Comes in from 19:00.' })
  expect(at(nowMs - minutes(48)).word).toBe('Too late')
})

test("[DR6] the gate's explanation, where it has one, is the line", () => {
  const explanation = 'Again in 12 min: 30 min must go by between entries.'
  const said = verdictInWords(shownWith({ kind: 'refuse', reason: 'rules', explanation }), context)
  expect(said).toMatchObject({ word: 'Not now', line: explanation })
})

test('[DR6] "just admitted here" says that nothing more was recorded', () => {
  const said = verdictInWords(shownWith({ kind: 'just_admitted' }, { scan: null }), context)
  expect(said).toMatchObject({ tone: 'notice', word: 'Just now', name: 'Zoë Okafor' })
  expect(said.line).toContain('Nothing more was recorded')
})

test('[DR6] every reason has a word for a glance, a title without a name, and no code in it', () => {
  for (const kind of ['refuse', 'attention'] as const) {
    for (const reason of reasons) {
      const shown = shownWith(
        { kind, reason, question: 'How old?' },
        { name: null, category: null },
      )
      const said = verdictInWords(shown, context)
      expect(said.word.length, `${reason}: ${said.word}`).toBeLessThanOrEqual(11)
      expect(said.name).not.toBeNull()
      expect(said.line, reason).not.toBe('')
      expect(`${said.word}${said.name}${said.line}`, reason).not.toMatch(/_|undefined|null/)
    }
  }
})

test('ages and sizes are said as people say them', () => {
  expect([-5, 12_400, minutes(9), minutes(200), minutes(60 * 50)].map(ageInWords)).toEqual([
    '0 s',
    '12 s',
    '9 min',
    '3 h',
    '2 days',
  ])
  expect([360_000, 36_400_000].map(bytesInWords)).toEqual(['0.4 MB', '36 MB'])
})

test('[DR6] at a gift’s desk the words hand something out, and nobody comes in', () => {
  const desk: WordsContext = { ...context, gives: 'gift', listName: 'Welcome bag' }
  const said = (verdict: Partial<Verdict>, beside: Partial<ShownVerdict> = {}) =>
    verdictInWords(shownWith(verdict, beside), desk)
  expect(said({})).toMatchObject({ tone: 'admit', word: 'Give gift', line: 'Welcome bag · VIP' })
  const earlier = { scan: 'scan-0' as ScanId, gate: 'gate' as GateId, atMs: nowMs - minutes(4) }
  expect(
    said({ kind: 'refuse', reason: 'used', earlier }, { earlierGateName: 'Gift desk' }),
  ).toMatchObject({ word: 'Has it', line: 'Gift desk, 17:44 · 4 min ago' })
  expect(said({ kind: 'just_admitted', earlier }).line).toContain('Handed out at this desk')
  for (const reason of reasons) {
    for (const kind of ['refuse', 'attention'] as const) {
      const { word, line } = said({ kind, reason })
      expect(`${word}. ${line}`).not.toMatch(/\b(come in|comes in|let them in|already in)\b/i)
    }
  }
})
