/**
 * Goal: whatever the state of the plan, one screen says where it stands and why that is believed.
 * Method: the plan of this repository in the state that has most to say, and its words at each width.
 */
import { copyFileSync, mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Plan, stepsOf } from '@eventpass/plan'
import { openTestPlan, testRun, value } from '@eventpass/plan/testing'
import { expect, test } from 'vitest'
import { createPaint } from './paint.ts'
import { statusScreen } from './status-screen.ts'
import { idList } from './step-words.ts'

const repository = join(import.meta.dirname, '../../../..')
const nowMs = Date.parse('2026-01-02T05:04:05.000Z')
const plain = createPaint(false)

/** Our plan after long work: most steps tried, some done, some broken, some waiting, and paused. */
async function busyPlan(): Promise<Plan> {
  const root = mkdtempSync(join(tmpdir(), 'eventpass-plan-'))
  mkdirSync(join(root, 'plan'))
  for (const name of ['ai-rules.json', 'plan-template.json']) {
    copyFileSync(join(repository, 'plan', name), join(root, 'plan', name))
  }
  const { handler, close } = await openTestPlan(root)
  const steps = stepsOf(value(await handler.start()).plan)
  for (const { id, proof } of steps) {
    const command = proof?.command ?? ''
    const dirty = id === '0.2'
    const open = ['2.3', '3.3', '3.4', '5.1', '5.2', '5.3', '5.4', '7.1', '7.2', '8.4'].includes(id)
    const run = testRun(id, {
      command,
      dirty,
      outcome: open ? 'no_tests' : 'passed',
      outputTail: `Error: ${id} expected a very long sentence that says what went wrong at length`,
    })
    if (!open) value(await handler.saveStepComplete(id, { kind: 'run', run, force: false }))
    else {
      const draft = { event: 'attempt_failed', step: id, run: run.id } as const
      value(await handler.record(() => ({ ok: true, value: { drafts: [draft], runs: [run] } })))
    }
  }
  for (const id of ['2.2', '3.1', '4.1', '4.2']) {
    const run = testRun(id, { outcome: 'timed_out', exitCode: null, durationMs: 900_000 })
    const draft = { event: 'step_regressed', step: id, status: 'regressed', run: run.id } as const
    value(await handler.record(() => ({ ok: true, value: { drafts: [draft], runs: [run] } })))
  }
  const note = '2.2 SQL schema & types (drizzle, in place of sqlc) ran out of time after 4 attempts'
  const paused = { event: 'plan_paused', step: '2.2', note, current: '2.2' } as const
  const plan = value(await handler.record(() => ({ ok: true, value: { drafts: [paused] } })))
  await close()
  return plan
}

test.each([80, 100, 120, 200])('[PL21] at %i columns all of it fits 24 lines', async (columns) => {
  const text = statusScreen(await busyPlan(), { paint: plain, columns, nowMs, commitsSince: 3 })
  const lines = text.trimEnd().split('\n')
  expect(lines.length).toBeLessThanOrEqual(24)
  expect(lines.filter((line) => line.length > columns)).toEqual([])
})

test('[PL21] it says what is at hand, what waits, what does not hold, and why the rest is believed', async () => {
  const plan = await busyPlan()
  const text = statusScreen(plan, { paint: plain, columns: 80, nowMs, commitsSince: 3 })
  expect(text).toMatchInlineSnapshot(`
    "EventPass Pro · plan 1.0 · paused · 11 of 41 steps done, 16 more proven

     0 AI Runtime Foundation & Monorepo Bootstrap  ████████████ 6/6
     1 Monorepo & Development Environment          ████████████ 4/4
     2 Backend Core Initialization                 ███▒▒▒░░░░░░ 1/4 +1 proven
     3 Auth, Tenant Isolation & Security           ▒▒▒░░░░░░░░░ 0/4 +1 proven
     4 Invitee Management & QR Codes               ▒▒▒▒▒▒░░░░░░ 0/4 +2 proven
     5 Event Entry & Gift Management               ░░░░░░░░░░░░ 0/4
     6 High-Concurrency Workers & LibSQL Fallback  ▒▒▒▒▒▒▒▒▒▒▒▒ 0/4 +4 proven
     7 Analytics, Monitoring & Notifications       ▒▒▒▒▒▒░░░░░░ 0/4 +2 proven
     8 Security, Compliance & Production Hardening ▒▒▒▒▒▒▒▒▒░░░ 0/4 +3 proven
     9 AI Tracking & Self-Reporting                ▒▒▒▒▒▒▒▒▒▒▒▒ 0/3 +3 proven

    Paused   2.2 SQL schema & types (drizzle, in place of sqlc) ran out of time
             after 4 attempts → eventpass ai resume
    Next     2.3 tRPC routers and HTTP scaffolding (in place of REST)
    Waits    2.4 Local migration flow, proven 2 h ago → eventpass ai confirm 2.4
    Open     10 steps were tried and do not hold yet: 2.3 3.3 3.4 5.1–5.4 7.1 7.2
             8.4
    Broken   4.2 no longer holds: it ran out of time after 900 s, 2 h ago: all well
    Broken   4.1 no longer holds: it ran out of time after 900 s, 2 h ago: all well
             and 2 more: eventpass ai report
    Why      11 done by proof, 15 proven early, 1 with uncommitted changes; last
             proof 1 h ago at commit 0123456789, 3 commits ago
    "
  `)
})

test('[PL21] a proof of a commit that is gone is said to be one', async () => {
  const settings = { paint: plain, columns: 200, nowMs }
  const words = async (commitsSince: number | null) =>
    statusScreen(await busyPlan(), { ...settings, commitsSince })
  expect(await words(0)).toContain('at commit 0123456789, the present one')
  expect(await words(1)).toContain('at commit 0123456789, 1 commit ago')
  expect(await words(null)).toContain('at commit 0123456789, which is not in this history')
})

test('[PL21] a command is never broken between two lines', async () => {
  const text = statusScreen(await busyPlan(), { paint: plain, columns: 60, nowMs, commitsSince: 3 })
  expect(text).toMatch(/^ *→ eventpass ai resume$/m)
  expect(text).toMatch(/^ *→ eventpass ai confirm 2\.4$/m)
})

test('[PL21] steps that follow each other are told as a range', () => {
  expect(idList(['0.1', '0.2', '0.3', '1.1', '1.2', '2.1', '3.1', '3.3'])).toBe(
    '0.1–0.3 1.1 1.2 2.1 3.1 3.3',
  )
  expect(idList(['0.6', '1.1', '1.2', '1.3'])).toBe('0.6 1.1–1.3')
  expect(idList([])).toBe('')
})
