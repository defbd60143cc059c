/**
 * Goal: from a table and a mirror that disagree comes one plan, nothing whole is lost, nothing is
 * made up, and what was wrong is said.
 * Method: each kind of damage once, then any mix of damage to two histories that went apart.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { appendHistory } from './append-history.ts'
import { foldPlan } from './fold-plan.ts'
import type { EntryDraft } from './history.ts'
import { mirrorText } from './mirror-text.ts'
import { findStep, type Plan } from './plan.ts'
import type { StoreReading } from './plan-store.ts'
import { settle } from './settle.ts'
import { parseTemplate } from './template-file.ts'
import { checks, refusal, smallPlan, templateText, testRun, value } from './testing.ts'

const template = value(parseTemplate(templateText(smallPlan), 'template'))
const begun = appendHistory(
  foldPlan(template, [], []),
  [{ event: 'plan_started', current: '0.1' }],
  [],
  1_000,
)
const doneDraft = (step: string): EntryDraft => ({
  event: 'step_done',
  step,
  status: 'done',
  run: testRun(step).id,
})
const withDone = (plan: Plan, step: string, ms: number) =>
  appendHistory(plan, [doneDraft(step)], [testRun(step)], ms)

const one = withDone(begun, '0.1', 2_000)
const two = withDone(one, '0.2', 3_000)

const inTable = (plan: Plan): StoreReading => ({
  kind: 'present',
  stamp: { revision: plan.history.length, templateDigest: '' },
  plan,
})
const absent: StoreReading = { kind: 'absent' }

function settled(table: StoreReading, mirror: string | null, backup: Plan | null = null) {
  const result = settle({
    template,
    table,
    mirrorPath: 'plan/plan-memory.json',
    mirror,
    backup: backup ? { path: 'plan/backups/b.json', text: mirrorText(backup) } : null,
    nowMs: 9_000,
  })
  const { plan, notices, keepMirror } = value(result)
  return { plan, keepMirror, kinds: notices.map(({ kind }) => kind), notices }
}

const text = mirrorText(two)
const edited = text.replace('"kind":"manual","status":"pending"', '"kind":"manual","status":"done"')
const cutOff = text.slice(0, text.length - 60)
const conflicted = text.replace(
  / {2}"checksum": .*\n/,
  (line) => `<<<<<<< HEAD\n${line}=======\n  "checksum": "0123"\n>>>>>>> theirs\n`,
)

test('[PL4] where both agree nothing is said', () => {
  expect(settled(inTable(two), text)).toMatchObject({ plan: two, kinds: [], keepMirror: false })
})

test('[PL4] before the start there is no plan and nothing to mend', () => {
  expect(settled(absent, null)).toMatchObject({ plan: null, kinds: [] })
})

test.each([
  ['a missing table', absent, text, ['table_missing'], false],
  ['an unreadable table', { kind: 'damaged', why: 'no database' }, text, ['table_damaged'], false],
  ['a missing mirror', inTable(two), null, ['mirror_missing'], false],
  ['a mirror that is behind', inTable(two), mirrorText(one), ['mirror_behind'], false],
  ['a table that is behind', inTable(one), text, ['table_behind'], false],
  [
    'a reformatted mirror',
    inTable(two),
    JSON.stringify(JSON.parse(text)),
    ['mirror_reformatted'],
    false,
  ],
  ['an edited mirror', inTable(two), edited, ['mirror_edited'], true],
  ['a mirror that was cut off', inTable(two), cutOff, ['mirror_damaged'], true],
  ['a mirror full of conflict marks', inTable(two), conflicted, ['mirror_damaged'], true],
  ['a mirror that is no JSON', inTable(two), 'hello', ['mirror_damaged'], true],
  ['an empty mirror', inTable(two), '', ['mirror_damaged'], true],
] as const)('[PL4] %s is mended to the same plan', (_what, table, mirror, kinds, keepMirror) => {
  expect(settled(table, mirror)).toMatchObject({ plan: two, kinds, keepMirror })
})

test('[PL4] what a hand wrote is named, and a status without a line behind it is dropped', () => {
  const { plan, notices } = settled(inTable(two), edited)
  expect(plan && findStep(plan, '1.2')?.status).toBe('pending')
  expect(notices[0]?.message).toContain('1.2 says done where history says pending')
})

test('[PL4] the place of the fault in a damaged mirror is named', () => {
  const { notices } = settled(inTable(two), conflicted)
  expect(notices[0]?.message).toMatch(
    /^plan\/plan-memory\.json:\d+:1: expected a key, found a git merge conflict/,
  )
})

test('[PL4] a status set in the table by hand is dropped', () => {
  const phases = two.phases.map((phase) => ({
    ...phase,
    steps: phase.steps.map((step) => ({ ...step, status: 'done' as const })),
  }))
  const { plan, kinds } = settled(inTable({ ...two, phases }), text)
  expect(kinds).toEqual(['table_edited'])
  expect(plan).toEqual(two)
})

test('[PL4] an edited mirror without a table is backed by the newest backup', () => {
  const withoutLine = cutOff.replace(/.*"step":"0\.2".*\n/, '')
  const { plan, kinds } = settled(absent, withoutLine, two)
  expect(kinds).toEqual(['table_missing', 'mirror_damaged', 'backup_used'])
  expect(plan).toEqual(two)
})

test('[PL4] where nothing whole is left, nothing is made up', () => {
  for (const mirror of ['hello', '', '{"history": []}']) {
    const result = settle({
      template,
      table: absent,
      mirrorPath: 'plan/plan-memory.json',
      mirror,
      backup: null,
      nowMs: 0,
    })
    expect(refusal(result)).toBe('bad_file')
  }
})

test('[PL3] two histories that went apart are joined, and both sides of a merge conflict count', () => {
  const ours = withDone(begun, '0.1', 5_000)
  const theirs = withDone(begun, '0.2', 6_000)
  const joined = settled(inTable(ours), mirrorText(theirs))
  expect(joined.kinds).toEqual(['joined'])
  const statuses = ['0.1', '0.2'].map((id) => joined.plan && findStep(joined.plan, id)?.status)
  expect(statuses).toEqual(['done', 'done'])

  const [oursText, theirsText] = [mirrorText(ours), mirrorText(theirs)]
  const conflict = `<<<<<<< HEAD\n${oursText}=======\n${theirsText}>>>>>>> theirs\n`
  expect(settled(absent, conflict).plan).toEqual(joined.plan)
})

test('[PL3] whatever happens to one of two histories, every line that is whole somewhere is kept', () => {
  const anySteps = fc.array(fc.constantFrom('0.1', '0.2', '1.1'), { maxLength: 5 })
  const grow = (from: Plan, steps: readonly string[], ms: number) =>
    steps.reduce((plan, step, at) => withDone(plan, step, ms + at * 10), from)
  const anyDamage = fc.constantFrom('none', 'cut', 'edit', 'missing', 'table gone')

  fc.assert(
    fc.property(anySteps, anySteps, anySteps, anyDamage, fc.nat(), (shared, a, b, damage, at) => {
      const base = grow(begun, shared, 10_000)
      const table = grow(base, a, 20_000)
      const mirror = grow(base, b, 30_000)
      const whole = mirrorText(mirror)
      const texts = {
        none: whole,
        cut: whole.slice(0, at % whole.length),
        edit: whole.replace('"status":"pending"', '"status":"done"'),
        missing: null,
        'table gone': whole,
      }
      const { plan } = settled(damage === 'table gone' ? absent : inTable(table), texts[damage])
      const kept = new Set(plan?.history.map(({ id }) => id))
      const certain = [
        ...(damage === 'table gone' ? [] : table.history),
        ...(damage === 'cut' || damage === 'missing' ? [] : mirror.history),
      ]
      expect(certain.filter(({ id }) => !kept.has(id))).toEqual([])
      const known = new Set([...table.history, ...mirror.history].map(({ id }) => id))
      expect([...kept].filter((id) => !known.has(id))).toEqual([])
    }),
  )
})

test('[PL17] another proof makes a step pending again, another title does not', () => {
  const changed = value(
    parseTemplate(
      templateText({
        ...smallPlan,
        '0': { '0.1': { ...checks('a'), title: 'Make A' }, '0.2': checks('c'), '0.3': checks('d') },
      }),
      'template',
    ),
  )
  const result = value(
    settle({
      template: changed,
      table: inTable(two),
      mirrorPath: 'plan/plan-memory.json',
      mirror: text,
      backup: null,
      nowMs: 9_000,
    }),
  )
  const steps = ['0.1', '0.2', '0.3'].map((id) => result.plan && findStep(result.plan, id))
  expect(steps.map((step) => step?.status)).toEqual(['done', 'pending', 'pending'])
  expect(steps[0]?.title).toBe('Make A')
  expect(result.plan?.currentStep).toBe('0.2')
  expect(result.notices.map(({ message }) => message)).toEqual([
    'The template has changed: changed 0.1, 0.2; added 0.3.',
  ])
})

test('[PL17] a template that somebody else has adopted already is not adopted again', () => {
  const ids = { '0': { '0.1': checks('z'), '0.2': checks('b') }, '1': smallPlan['1'] }
  const fresh = value(parseTemplate(templateText(ids), 'template'))
  const sources = { mirrorPath: 'm', backup: null, nowMs: 9_000, template: fresh }
  const theirs = value(settle({ ...sources, table: inTable(two), mirror: text })).plan
  expect(theirs && findStep(theirs, '0.1')?.status).toBe('pending')
  const reproven = theirs && withDone(theirs, '0.1', 20_000)
  const here = value(
    settle({ ...sources, table: inTable(two), mirror: reproven && mirrorText(reproven) }),
  )
  expect(here.notices.map(({ kind }) => kind)).toEqual(['table_behind'])
  expect(here.plan).toEqual(reproven)
})
