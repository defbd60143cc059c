/** [DC4] by examples: each rule at its edge, the zone's days, and which of several is put in words. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ListRule, Policy } from '../manifest.ts'
import { decide } from './decide.ts'
import type { DecideInput } from './decide-input.ts'
import {
  aFrame,
  anInput,
  aTicket,
  aUse,
  DAY_MS,
  HOUR_MS,
  MINUTE_MS,
  NOW_MS,
  north,
  south,
} from './testing.ts'

function ruled(
  rules: readonly ListRule[],
  of: Partial<DecideInput> = {},
  policy: Partial<Policy> = {},
) {
  return decide(anInput({ frame: aFrame({ counting: 'many', rules }, policy), ...of }))
}

const inBerlin = (text: string) => Date.parse(text)
const exactly = (ms: number) => ({ loMs: ms, hiMs: ms })
const entryAt = (id: string, ms: number) => aUse(id, NOW_MS - ms)

test('[DC4] entries in all count every entry that stands and no exit', () => {
  const rules: readonly ListRule[] = [{ kind: 'entries_total', max: 2 }]
  const first = aUse('one', 3 * HOUR_MS)
  const out = aUse('out', 2 * HOUR_MS, { act: 'exit' })
  const second = aUse('two', HOUR_MS, { forced: true })
  expect(ruled(rules, { uses: [first, out] }).kind).toBe('admit')
  expect(ruled(rules, { uses: [first, out, second] })).toMatchObject({
    kind: 'refuse',
    reason: 'rules',
    explanation: 'Already 2 entries in all; 2 allowed.',
  })
})

test('[DC4] a day is a day of the zone of the event, also when the clocks go forward', () => {
  const rules: readonly ListRule[] = [{ kind: 'entries_a_day', max: 1 }]
  // 29 March 2026 has 23 hours in Berlin: from 23:00Z on the 28th to 22:00Z.
  const late = entryAt('late', inBerlin('2026-03-28T23:30:00+01:00'))
  const atMidnight = inBerlin('2026-03-29T00:00:00+01:00')
  expect(ruled(rules, { uses: [late], now: exactly(atMidnight - 1) }).reason).toBe('rules')
  expect(ruled(rules, { uses: [late], now: exactly(atMidnight) }).kind).toBe('admit')

  const early = entryAt('early', inBerlin('2026-03-29T00:10:00+01:00'))
  const nextMidnight = inBerlin('2026-03-30T00:00:00+02:00')
  expect(nextMidnight - atMidnight).toBe(23 * HOUR_MS)
  expect(ruled(rules, { uses: [early], now: exactly(nextMidnight - 1) }).reason).toBe('rules')
  expect(ruled(rules, { uses: [early], now: exactly(nextMidnight) }).kind).toBe('admit')
})

test('[DC4] a day of 25 hours is one day', () => {
  const rules: readonly ListRule[] = [{ kind: 'entries_a_day', max: 1 }]
  const early = entryAt('early', inBerlin('2026-10-25T00:10:00+02:00'))
  const lastHour = inBerlin('2026-10-25T23:59:59+01:00')
  expect(lastHour - early.atMs).toBeGreaterThan(24 * HOUR_MS)
  expect(ruled(rules, { uses: [early], now: exactly(lastHour) }).reason).toBe('rules')
  expect(ruled(rules, { uses: [early], now: exactly(lastHour + 1_000) }).kind).toBe('admit')
})

test('[DC4] the same moment is another day in another zone', () => {
  const rules: readonly ListRule[] = [{ kind: 'entries_a_day', max: 1 }]
  const uses = [entryAt('in', inBerlin('2026-06-05T23:30:00Z'))]
  const now = exactly(inBerlin('2026-06-06T01:00:00Z'))
  expect(ruled(rules, { uses, now }, { timeZone: 'Europe/Berlin' }).reason).toBe('rules')
  expect(ruled(rules, { uses, now }, { timeZone: 'UTC' }).kind).toBe('admit')
  expect(ruled(rules, { uses, now }, { timeZone: 'Mars/Olympus' })).toMatchObject({
    kind: 'refuse',
    reason: 'rules',
  })
  expect(ruled(rules, { now }, { timeZone: 'Mars/Olympus' }).kind).toBe('refuse')
})

test('[DC4] in a zone without changes, entries a day are entries since midnight', () => {
  const anyTimes = fc.array(fc.integer({ min: 0, max: 3 * DAY_MS }), { maxLength: 6 })
  fc.assert(
    fc.property(anyTimes, fc.nat(3 * DAY_MS), fc.nat(3), (agoMs, nowAgoMs, max) => {
      const nowMs = NOW_MS - nowAgoMs
      const uses = agoMs.map((ago, at) => aUse(`scan-${at}`, ago))
      const today = uses.filter(
        (use) => Math.floor(use.atMs / DAY_MS) === Math.floor(nowMs / DAY_MS),
      )
      const rules: readonly ListRule[] = [{ kind: 'entries_a_day', max }]
      const verdict = ruled(rules, { uses, now: exactly(nowMs) }, { timeZone: 'UTC' })
      expect(verdict.kind).toBe(today.length < max ? 'admit' : 'refuse')
    }),
    { numRuns: 500 },
  )
})

test('[DC4] a clock that spans midnight asks, unless both days are full or both are free', () => {
  const rules: readonly ListRule[] = [{ kind: 'entries_a_day', max: 1 }]
  const midnight = inBerlin('2026-06-06T00:00:00+02:00')
  const now = { loMs: midnight - 1_000, hiMs: midnight + 1_000 }
  const before = entryAt('before', midnight - HOUR_MS)
  const after = entryAt('after', midnight + 500)
  expect(ruled(rules, { now }).kind).toBe('admit')
  expect(ruled(rules, { now, uses: [before] })).toMatchObject({
    kind: 'attention',
    reason: 'clock_unsure',
  })
  expect(ruled(rules, { now, uses: [before, after] }).kind).toBe('refuse')
  expect(ruled(rules, { now: null, uses: [before, after] }).kind).toBe('attention')
  expect(ruled(rules, { now: null }).kind).toBe('admit')
})

test('[DC4] minutes since the last entry are told to the minute', () => {
  const rules: readonly ListRule[] = [{ kind: 'minutes_since_last_entry', min: 10 }]
  const at = (agoMs: number) => ruled(rules, { uses: [aUse('in', agoMs)], now: exactly(NOW_MS) })
  expect(at(10 * MINUTE_MS).kind).toBe('admit')
  expect(at(10 * MINUTE_MS - 1)).toMatchObject({
    kind: 'refuse',
    explanation: 'Again in 1 minute: 10 must go by between entries.',
  })
  expect(at(3 * MINUTE_MS).explanation).toBe('Again in 7 minutes: 10 must go by between entries.')
  const unsure = { uses: [aUse('in', 10 * MINUTE_MS)], now: { loMs: NOW_MS - 1, hiMs: NOW_MS } }
  expect(ruled(rules, unsure)).toMatchObject({ kind: 'attention', reason: 'clock_unsure' })
  expect(ruled(rules, { ...unsure, now: null }).kind).toBe('attention')
  expect(ruled(rules, { now: null }).kind).toBe('admit')
  const unknown = { uses: [aUse('in', 0, { atMs: Number.POSITIVE_INFINITY })] }
  expect(ruled(rules, unknown)).toMatchObject({ kind: 'refuse', reason: 'rules' })
})

test('[DC4] gates and categories are named where a rule keeps to them', () => {
  expect(ruled([{ kind: 'gates', gates: [north] }]).kind).toBe('admit')
  expect(ruled([{ kind: 'gates', gates: [south] }])).toMatchObject({
    reason: 'rules',
    explanation: 'Only at South.',
  })
  expect(ruled([{ kind: 'categories', categories: [0] }]).kind).toBe('admit')
  expect(ruled([{ kind: 'categories', categories: [1, 2] }])).toMatchObject({
    reason: 'rules',
    explanation: 'Only for VIP, Press.',
  })
  const none = aTicket({ category: null })
  expect(ruled([{ kind: 'categories', categories: [0] }], { ticket: none }).kind).toBe('refuse')
})

test('[DC4] hours of a list count with their tolerance, as outside_window', () => {
  const hours = (fromMs: number, untilMs: number, toleranceMinutes: number): ListRule => ({
    kind: 'window',
    fromMs,
    untilMs,
    toleranceMinutes,
  })
  const soon = hours(NOW_MS + 5 * MINUTE_MS, NOW_MS + HOUR_MS, 0)
  expect(ruled([soon])).toMatchObject({
    kind: 'refuse',
    reason: 'outside_window',
    whenMs: NOW_MS + 5 * MINUTE_MS,
    explanation: 'This list is open from 5 Jun, 20:05.',
  })
  expect(ruled([{ ...soon, toleranceMinutes: 6 } as ListRule]).kind).toBe('admit')
  const over = hours(NOW_MS - 2 * HOUR_MS, NOW_MS - HOUR_MS, 10)
  expect(ruled([over]).explanation).toBe('This list was open until 5 Jun, 19:10.')
  expect(ruled([over, soon]).explanation).toBe('This list is open from 5 Jun, 20:05.')
  expect(ruled([hours(NOW_MS, NOW_MS - 1, 60)])).toMatchObject({ kind: 'refuse', reason: 'rules' })
})

test('[DC4] of several rules that fail the closest to holding is put in words', () => {
  const uses = [aUse('in', MINUTE_MS)]
  const total: ListRule = { kind: 'entries_total', max: 1 }
  const wait: ListRule = { kind: 'minutes_since_last_entry', min: 5 }
  const day: ListRule = { kind: 'entries_a_day', max: 1 }
  const gate: ListRule = { kind: 'gates', gates: [south] }
  const broken = { kind: 'weather' } as unknown as ListRule
  const explained = (...rules: readonly ListRule[]) => ruled(rules, { uses }).explanation
  expect(explained(broken, total, day, wait, gate)).toBe('Only at South.')
  expect(explained(broken, total, day, wait)).toMatch(/^Again in /)
  expect(explained(broken, total, day)).toBe('Already 1 entry today; 1 allowed.')
  expect(explained(total, broken)).toBe('Already 1 entry in all; 1 allowed.')
  expect(explained(broken)).toBe('A rule of this list cannot be read here: tell the organiser.')
})

test('[DC4] of a code without a row no category is known, so what depends on it refuses', () => {
  const ticket = null
  expect(ruled([{ kind: 'categories', categories: [0] }], { ticket })).toMatchObject({
    kind: 'refuse',
    reason: 'rules',
  })
  const frame = aFrame({ categories: [0] })
  expect(decide(anInput({ frame, ticket }))).toMatchObject({ kind: 'refuse', reason: 'wrong_list' })
})

test.each<[string, unknown]>([
  ['a limit of a half', { kind: 'entries_total', max: 1.5 }],
  ['a limit below nothing', { kind: 'entries_a_day', max: -1 }],
  ['a limit as text', { kind: 'entries_total', max: '3' }],
  ['no limit', { kind: 'entries_total' }],
  ['an endless wait', { kind: 'minutes_since_last_entry', min: Number.POSITIVE_INFINITY }],
  ['one gate, not a list', { kind: 'gates', gates: north }],
  ['a gate that is none', { kind: 'gates', gates: [north, null] }],
  ['a category by name', { kind: 'categories', categories: [0, 'VIP'] }],
  ['hours as text', { kind: 'window', fromMs: '20:00', untilMs: null, toleranceMinutes: 0 }],
  ['a kind of the future', { kind: 'weather', max: 3 }],
  ['nothing', null],
])('[DC4] a rule with %s refuses', (_, rule) => {
  expect(ruled([rule as ListRule])).toMatchObject({ kind: 'refuse', reason: 'rules' })
})

test('[DC4] a list whose categories cannot be read is for nobody', () => {
  const categories = [0, null] as unknown as readonly number[]
  const ticket = aTicket({ category: null })
  expect(decide(anInput({ frame: aFrame({ categories }), ticket })).reason).toBe('rules')
})
