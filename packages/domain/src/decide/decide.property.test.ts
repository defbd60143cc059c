/**
 * Goal: no combination of facts lets in whom the rules keep out.
 * Method: inputs are made of few values each, so that faults meet often; the
 * order of reasons is held to a list written here once more.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ManifestFrame, ManifestTicket } from '../manifest.ts'
import type { Reason, Verdict } from '../verdict.ts'
import { decide } from './decide.ts'
import type { DecideInput } from './decide-input.ts'
import { readRule } from './read-rule.ts'
import {
  aFrame,
  aList,
  anInput,
  anyInput,
  anyUses,
  aTicket,
  aUse,
  elsewhere,
  genuine,
  goodForce,
  HOUR_MS,
  here,
  NOW_MS,
  south,
} from './testing.ts'

const runs = { numRuns: 1_000 }
const oneList = (input: DecideInput) => {
  const list = input.frame.lists.find(({ id }) => id === here)
  if (!list) throw new Error('the worlds of these tests have a list')
  return list
}
const withList = (input: DecideInput, of: object): DecideInput => ({
  ...input,
  frame: { ...input.frame, lists: [{ ...oneList(input), ...of }] },
})

test('[DC1] deciding is total and repeatable, and leaves its input alone', () => {
  const anyFrame = fc.oneof(
    fc.anything(),
    fc.record({ lists: fc.array(fc.anything()), policy: fc.anything() }),
    fc
      .tuple(
        fc.constantFrom(...Object.keys(aList())),
        fc.constantFrom(...Object.keys(aFrame().policy)),
        fc.anything(),
      )
      .map(([ofList, ofPolicy, value]) =>
        aFrame({ [ofList]: value, id: here }, { [ofPolicy]: value }),
      ),
  )
  const anyNumber = fc.oneof(fc.double(), fc.constantFrom(Infinity, -Infinity, NaN, 8.7e15))
  const anyNow = fc.option(fc.record({ loMs: anyNumber, hiMs: anyNumber }))
  fc.assert(
    fc.property(anyInput, fc.option(anyFrame), anyNow, anyNumber, (input, frame, now, atMs) => {
      const uses = input.uses.map((use) => ({ ...use, atMs }))
      const odd = { ...input, uses, now, frame: (frame ?? input.frame) as ManifestFrame }
      const before = structuredClone(odd)
      const verdict = decide(odd)
      expect(['admit', 'refuse', 'attention', 'just_admitted']).toContain(verdict.kind)
      expect(decide(odd)).toEqual(verdict)
      expect(odd).toEqual(before)
    }),
    runs,
  )
})

test('[DC1] what refuses or asks has a reason, and only an admit is forced', () => {
  fc.assert(
    fc.property(anyInput, (input) => {
      const { kind, reason, forced } = decide(input)
      if (kind === 'refuse' || kind === 'attention') expect(reason).not.toBeNull()
      if (kind === 'just_admitted') expect(reason).toBeNull()
      if (forced) expect(kind).toBe('admit')
    }),
    runs,
  )
})

/** Each fault breaks one thing of a plain admit. In the order of the rules. */
const faults: readonly {
  reason: Reason
  asks?: true
  break: (input: DecideInput) => DecideInput
}[] = [
  { reason: 'revoked', break: ticketIs({ state: 'revoked' }) },
  { reason: 'blocked', break: ticketIs({ blocked: true }) },
  { reason: 'wrong_list', break: (input) => withList(input, { categories: [2] }) },
  { reason: 'outside_window', break: ticketIs({ validUntilMs: NOW_MS - HOUR_MS }) },
  {
    reason: 'rules',
    break: (input) => withList(input, { rules: [{ kind: 'gates', gates: [south] }] }),
  },
  { reason: 'used', break: (input) => ({ ...input, uses: [aUse('earlier', HOUR_MS)] }) },
  {
    reason: 'old_list',
    asks: true,
    break: (input) => ({
      ...input,
      frame: { ...input.frame, policy: { ...input.frame.policy, replicaAgeMsMax: 1 } },
    }),
  },
  { reason: 'question', asks: true, break: (input) => withList(input, { question: 'Over 18?' }) },
]

function ticketIs(of: Partial<ManifestTicket>) {
  return (input: DecideInput): DecideInput => ({
    ...input,
    ticket: aTicket({ ...input.ticket, ...of }),
  })
}

test('[DC1] of any set of faults the first in the order of the rules is the reason', () => {
  fc.assert(
    fc.property(fc.subarray([...faults]), (broken) => {
      const input = broken.reduce((facts, fault) => fault.break(facts), anInput())
      const first = broken.find(({ asks }) => !asks) ?? broken[0]
      const { kind, reason } = decide(input)
      expect(reason).toBe(first?.reason ?? null)
      expect(kind).toBe(first ? (first.asks ? 'attention' : 'refuse') : 'admit')
    }),
    { numRuns: 500 },
  )
})

test('[DC1] only the person who was shown a reason can wave it through, and only for that code', () => {
  fc.assert(
    fc.property(anyInput, (input) => {
      const { kind, reason } = decide({ ...input, answering: null })
      fc.pre(kind === 'attention' && reason !== 'question')
      const { answering } = input
      const others = answering?.confirmed.filter((one) => one !== reason) ?? []
      const without = { ...input, answering: answering && { ...answering, confirmed: others } }
      expect(decide(without).kind).toBe('attention')
      const strange = answering && { ...answering, list: elsewhere }
      expect(decide({ ...input, answering: strange }).kind).toBe('attention')
      if (input.role === 'kiosk' && !input.force?.pinOk) {
        expect(decide(input).kind).toBe('attention')
      }
    }),
    { numRuns: 100 },
  )
})

test('[DC2] an exit is never kept in by windows, rules, use, age or questions', () => {
  const never: readonly (Reason | null)[] = [
    'outside_window',
    'clock_unsure',
    'rules',
    'used',
    'question',
    'old_list',
  ]
  fc.assert(
    fc.property(anyInput, (input) => {
      expect(never).not.toContain(decide({ ...input, act: 'exit' }).reason)
    }),
    runs,
  )
})

test('[DC2] no exit ever consumes: with more of them nobody is refused who was not', () => {
  fc.assert(
    fc.property(anyInput, anyUses, (input, more) => {
      const free = { ...withList(input, { reEntry: true }), justHere: null }
      const exits = more
        .filter(({ act }) => act === 'exit')
        .map((use) => ({ ...use, scan: `more-${use.scan}` as typeof use.scan }))
      const before = decide(free)
      fc.pre(before.reason !== 'used' && !(input.ticket === null && input.act === 'exit'))
      expect(decide({ ...free, uses: [...free.uses, ...exits] })).toEqual(before)
    }),
    runs,
  )
})

test('[DC3] what happened on other lists changes nothing', () => {
  fc.assert(
    fc.property(anyInput, anyUses, (input, more) => {
      const others = more
        .filter(({ act }) => act !== 'void')
        .map((use) => ({ ...use, list: elsewhere, scan: `more-${use.scan}` as typeof use.scan }))
      expect(decide({ ...input, uses: [...others, ...input.uses] })).toEqual(decide(input))
    }),
    runs,
  )
})

test('[DC4] a rule that cannot be read lets nobody in, forced, confirmed or not', () => {
  const broken = fc.oneof(
    fc.anything(),
    fc.record({ kind: fc.constant('entries_total'), max: fc.anything() }),
    fc.record({ kind: fc.constant('entries_a_day'), max: fc.anything() }),
    fc.record({ kind: fc.constant('minutes_since_last_entry'), min: fc.anything() }),
    fc.record({ kind: fc.constant('gates'), gates: fc.anything() }),
    fc.record({ kind: fc.constant('categories'), categories: fc.array(fc.anything()) }),
    fc.record({
      kind: fc.constant('window'),
      fromMs: fc.anything(),
      untilMs: fc.anything(),
      toleranceMinutes: fc.anything(),
    }),
    fc.record({ kind: fc.constantFrom('weather', 'ENTRIES_TOTAL', ''), max: fc.constant(5) }),
  )
  fc.assert(
    fc.property(anyInput, broken, fc.nat(2), (input, rule, at) => {
      fc.pre(readRule(rule) === null)
      const rules: unknown[] = [...oneList(input).rules]
      rules.splice(at, 0, rule)
      const { kind } = decide(withList({ ...input, act: 'entry', justHere: null }, { rules }))
      expect(kind).toBe('refuse')
    }),
    runs,
  )
})

test('[DC4] more rules never let more people in', () => {
  const severity = { admit: 0, just_admitted: 0, attention: 1, refuse: 2 }
  fc.assert(
    fc.property(anyInput, (input) => {
      const ruled = decide(input)
      const free = decide(withList(input, { rules: [] }))
      const weight = ({ kind }: Verdict) => severity[kind]
      expect(weight(ruled)).toBeGreaterThanOrEqual(weight(free))
    }),
    runs,
  )
})

test('[DC5] no order of arrival and no repetition of what is known changes a verdict', () => {
  fc.assert(
    fc.property(
      anyInput.chain((input) =>
        fc.tuple(
          fc.constant(input),
          fc.shuffledSubarray([...input.uses], { minLength: input.uses.length }),
        ),
      ),
      ([input, shuffled]) => {
        expect(decide({ ...input, uses: [...shuffled, ...input.uses] })).toEqual(decide(input))
      },
    ),
    runs,
  )
})

test('[DC7] force never lets in an unknown or forged code, nor past what it may not rescue', () => {
  const never: readonly Reason[] = [
    'unreadable',
    'not_ours',
    'other_event',
    'sync_needed',
    'retired_key',
    'bad_signature',
    'reprinted',
    'unpaid',
    'wrong_list',
    'rules',
  ]
  fc.assert(
    fc.property(anyInput, (input) => {
      const refused = decide({ ...input, force: null })
      fc.pre(refused.kind === 'refuse' && never.includes(refused.reason ?? 'used'))
      const forced = decide({ ...input, force: goodForce, role: 'supervisor' })
      expect(forced.kind).toBe('refuse')
      expect(forced.forced).toBe(false)
    }),
    runs,
  )
})

test('[DC7] a genuine code on no list is not let in by force alone', () => {
  fc.assert(
    fc.property(anyInput, (input) => {
      const unlisted = { ...input, token: genuine, ticket: null, act: 'entry' as const }
      const { kind } = decide({ ...unlisted, answering: null, force: goodForce })
      expect(kind).not.toBe('admit')
    }),
    runs,
  )
})

test('[DC7] forced is said only where force was needed, and force takes nothing away', () => {
  fc.assert(
    fc.property(anyInput, (input) => {
      const plain = decide({ ...input, force: null, justHere: null })
      const forced = decide({ ...input, force: goodForce, justHere: null })
      if (plain.kind === 'admit') expect(forced).toEqual(plain)
      if (forced.forced) expect(plain.kind).not.toBe('admit')
      const blank = decide({ ...input, force: { ...goodForce, note: '  ' }, justHere: null })
      expect(blank.forced).toBe(false)
      const noPin = decide({ ...input, force: { ...goodForce, pinOk: false }, justHere: null })
      expect(noPin).toEqual(plain)
    }),
    runs,
  )
})

test('[DC8] nobody comes in past a question that was not answered', () => {
  fc.assert(
    fc.property(anyInput, fc.constantFrom(null, '', ' \n'), (input, answer) => {
      const asking = withList({ ...input, answer, act: 'entry' }, { question: 'Over 18?' })
      const verdict = decide(asking)
      expect(verdict.kind).not.toBe('admit')
      expect(verdict.question).toBe(verdict.kind === 'attention' ? 'Over 18?' : null)
    }),
    runs,
  )
})

test('[DC10] every verdict says who decided, by which list and how old it was', () => {
  fc.assert(
    fc.property(anyInput, fc.constantFrom('hub', 'central', 'replica'), (input, tier) => {
      const { replicaAgeMs, revision, ...verdict } = decide({ ...input, tier })
      expect({ replicaAgeMs, revision }).toEqual({
        replicaAgeMs: input.replicaAgeMs,
        revision: input.revision,
      })
      expect(verdict.tier).toBe(verdict.invitee === null ? 'signature' : tier)
    }),
    runs,
  )
})
