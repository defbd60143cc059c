/**
 * Goal: the mirror is the plan, byte for byte the same each time, and shows changes as they are.
 * Method: plans folded from any history, written and read again.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { appendHistory } from './append-history.ts'
import { foldPlan } from './fold-plan.ts'
import { type EntryDraft, joinHistories, keepNewestRuns, runsPerStepMax } from './history.ts'
import { parseMirror } from './mirror-file.ts'
import { mirrorText } from './mirror-text.ts'
import { type Plan, planEvents, type Run, stepStatuses } from './plan.ts'
import { parseTemplate } from './template-file.ts'
import { smallPlan, templateText, testRun, value } from './testing.ts'

const definition = value(parseTemplate(templateText(smallPlan), 'template'))
const empty = foldPlan(definition, [], [])

const anyText = fc.string({ unit: 'grapheme', maxLength: 12 })
const anyDraft: fc.Arbitrary<EntryDraft> = fc.record(
  {
    event: fc.constantFrom(...planEvents),
    step: fc.constantFrom('0.1', '0.2', '1.1', '9.9'),
    status: fc.constantFrom(...stepStatuses),
    by: anyText,
    reason: anyText,
    note: anyText,
    current: fc.constantFrom('0.1', '1.2', '9.9'),
  },
  { requiredKeys: ['event'] },
)
const anyRun: fc.Arbitrary<Run> = fc
  .record({ step: fc.constantFrom('0.1', '0.2'), tail: anyText, at: fc.nat(100_000) })
  .map(({ step, tail, at }) =>
    testRun(step, { outputTail: tail, startedAt: new Date(at).toISOString() }),
  )
const anyPlan: fc.Arbitrary<Plan> = fc
  .tuple(fc.array(anyDraft, { maxLength: 12 }), fc.array(anyRun, { maxLength: 6 }), fc.nat())
  .map(([drafts, runs, nowMs]) => appendHistory(empty, drafts, runs, nowMs))

test('[PL7] what is written is read as the same plan, and written again as the same bytes', () => {
  fc.assert(
    fc.property(anyPlan, (plan) => {
      const text = mirrorText(plan)
      const read = value(parseMirror(text, 'mirror'))
      expect(read.intact).toBe(true)
      expect(read.plan).toEqual(plan)
      expect(mirrorText(read.plan)).toBe(text)
    }),
  )
})

test('[PL3] a plan carried on line by line is the fold of its whole history', () => {
  fc.assert(
    fc.property(anyPlan, (plan) => {
      expect(foldPlan(definition, plan.history, plan.runs)).toEqual(plan)
    }),
  )
})

test('[PL7] each time is later than the one before, also when the clock is set back', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(anyDraft, fc.nat()), { maxLength: 10 }), (changes) => {
      const plan = changes.reduce((now, [draft, ms]) => appendHistory(now, [draft], [], ms), empty)
      const times = plan.history.map((entry) => entry.at)
      expect(times).toEqual([...new Set(times)].sort())
    }),
  )
})

test('[PL7] a change leaves every earlier line of history where it was', () => {
  fc.assert(
    fc.property(anyPlan, fc.array(anyDraft, { maxLength: 4 }), (plan, drafts) => {
      const after = appendHistory(plan, drafts, [], 0)
      expect(after.history.slice(0, plan.history.length)).toEqual(plan.history)
      expect(after.history.length).toBe(plan.history.length + drafts.length)
    }),
  )
})

test('[PL7] completing a step changes its line, the pointer, the new line and the checksum', () => {
  const draft: EntryDraft = { event: 'step_done', step: '0.1', status: 'done', current: '0.2' }
  const before = appendHistory(empty, [{ event: 'plan_started', current: '0.1' }], [], 0)
  const after = appendHistory(before, [draft], [], 10)
  const old = new Set(mirrorText(before).split('\n'))
  const fresh = mirrorText(after)
    .split('\n')
    .filter((line) => !old.has(line))
  expect(
    fresh.map((line) =>
      line
        .trim()
        .replace(/"id":"\w+"/, '"id"')
        .slice(0, 40),
    ),
  ).toEqual([
    '"current_step": "0.2",',
    '"0.1": {"title":"Make a","kind":"scripte',
    '{"id","at":"1970-01-01T00:00:00.001Z","e',
    '{"id","at":"1970-01-01T00:00:00.010Z","e',
    expect.stringMatching(/^"checksum": "\w{16}"$/),
  ])
})

test('[PL3] joining histories forgets no line, and neither order nor repeats nor grouping matter', () => {
  fc.assert(
    fc.property(anyPlan, anyPlan, anyPlan, ({ history: a }, { history: b }, { history: c }) => {
      const all = joinHistories(a, b, c)
      expect(joinHistories(c, a, joinHistories(b, a), b)).toEqual(all)
      const known = new Set(all.map(({ id }) => id))
      expect([...a, ...b, ...c].every(({ id }) => known.has(id))).toBe(true)
    }),
  )
})

test('[PL3] a line that was changed in any way counts for nothing', () => {
  fc.assert(
    fc.property(anyPlan, fc.nat(), anyText, ({ history }, at, note) => {
      const line = history[at % Math.max(1, history.length)]
      fc.pre(line !== undefined && line.note !== note)
      if (!line) return
      expect(joinHistories([{ ...line, note }])).toEqual([])
    }),
  )
})

test('[PL3] a step keeps its newest runs, and the one that its status rests on', () => {
  const runs = Array.from({ length: 30 }, (_, at) =>
    testRun('0.1', { startedAt: new Date(at * 1000).toISOString() }),
  )
  const first = runs[0]?.id ?? ''
  const kept = keepNewestRuns(runs, new Set([first]))
  expect(kept.length).toBe(runsPerStepMax + 1)
  expect(kept.map(({ id }) => id)).toEqual([
    first,
    ...runs.slice(-runsPerStepMax).map(({ id }) => id),
  ])
})
