/**
 * Goal: steps are run, retried, paused, resumed and proved again as the rules say.
 * Method: the real handler with proofs whose answers are given, and waits that take no time.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { findStep, stepsOf } from './plan.ts'
import { probePlan, runPlan } from './run-plan.ts'
import { runStep } from './run-step.ts'
import {
  byHand,
  checks,
  createProject,
  createRunner,
  failing,
  migration,
  openTestPlan,
  refusal,
  smallPlan,
  type TestPlan,
  type TestProject,
  value,
} from './testing.ts'
import { verifyPlan } from './verify-plan.ts'

const opened: TestPlan[] = []
afterEach(async () => {
  for (const plan of opened.splice(0)) await plan.close()
})

async function begun(...given: Parameters<typeof createProject>) {
  const project = createProject(...given)
  const plan = await openTestPlan(project.root)
  opened.push(plan)
  await plan.handler.start()
  return { project, plan }
}

const once = { force: false, probing: false }
const events = (project: TestProject): string[] =>
  project
    .read('plan/events.ndjson')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).event)

test('[PL12] a failed proof is tried again after waits that double, then the plan is paused and tells', async () => {
  const { plan, project } = await begun()
  const { deps, seen } = createRunner(plan, { '0.1': [failing, failing, failing, failing] })
  const outcome = value(await runStep(deps, '0.1', once))
  expect(seen.filter((line) => line.startsWith('wait'))).toEqual([
    'wait 30 s',
    'wait 60 s',
    'wait 120 s',
  ])
  expect(outcome).toMatchObject({ passed: false, attempts: 4 })
  expect(outcome.plan.status).toBe('paused')
  expect(findStep(outcome.plan, '0.1')?.status).toBe('failed')
  expect(outcome.plan.runs.map(({ attempt, waitedMs }) => [attempt, waitedMs])).toEqual([
    [1, 0],
    [2, 30_000],
    [3, 60_000],
    [4, 120_000],
  ])
  expect(events(project)).toEqual(['step_started', 'step_failed', 'plan_paused'])
  expect(refusal(await runStep(deps, '0.1', once))).toBe('paused')
})

test('[PL12] a retry that passes makes the step done, and the failures stay in the history', async () => {
  const { plan } = await begun()
  const { deps } = createRunner(plan, { '0.1': [failing] })
  const outcome = value(await runStep(deps, '0.1', once))
  expect(outcome).toMatchObject({ passed: true, attempts: 2 })
  expect(outcome.plan.history.map(({ event, note }) => [event, note])).toEqual([
    ['plan_started', null],
    ['step_started', null],
    ['attempt_failed', 'tried again after 30 s'],
    ['step_done', null],
  ])
})

test.each([0, 1])('[PL12] with a retry_limit of %i there are that many retries', async (limit) => {
  const rules = { error_handling: { retry_limit: limit, retry_backoff_seconds: 2 } }
  const { plan } = await begun(rules)
  const { deps, seen } = createRunner(plan, { '0.1': [failing, failing, failing] })
  value(await runStep(deps, '0.1', once))
  expect(seen.filter((line) => line.startsWith('wait'))).toEqual(limit === 0 ? [] : ['wait 2 s'])
})

test('[PL12] with stop instead of pause_and_notify the step fails and the plan is not paused', async () => {
  const { plan } = await begun({ error_handling: { on_persistent_error: 'stop', retry_limit: 0 } })
  const { deps } = createRunner(plan, { '0.1': [failing] })
  const ran = value(await runPlan(deps))
  expect(ran).toMatchObject({ stopped: 'error', at: { id: '0.1', status: 'failed' } })
  expect(ran.plan.status).toBe('in-progress')
  expect(value(await runPlan(createRunner(plan).deps)).stopped).toBe('person')
})

test('[PL12] resuming a paused plan tries the failed step anew and goes on', async () => {
  const { plan, project } = await begun({ error_handling: { retry_limit: 0 } })
  const { deps } = createRunner(plan, { '0.1': [failing] })
  expect(value(await runPlan(deps)).stopped).toBe('error')
  expect(refusal(await runPlan(deps))).toBe('paused')
  expect(value(await plan.handler.resume())).toMatchObject({ wasPaused: true, interrupted: [] })
  expect(events(project).slice(-2)).toEqual(['plan_paused', 'plan_resumed'])
  const ran = value(await runPlan(deps))
  expect(ran.outcomes.map(({ step }) => step.id)).toEqual(['0.1', '0.2', '1.1'])
})

test('[PL12] a run goes on until a step wants a person', async () => {
  const { plan } = await begun()
  const { deps } = createRunner(plan)
  const first = value(await runPlan(deps))
  expect(first).toMatchObject({ stopped: 'person', at: { id: '1.1', status: 'waiting' } })
  await plan.handler.saveStepComplete('1.1', {
    kind: 'confirm',
    by: 'Ada',
    reason: null,
    force: false,
  })
  const second = value(await runPlan(deps))
  expect(second).toMatchObject({
    stopped: 'person',
    at: { id: '1.2', status: 'pending' },
    outcomes: [],
  })
  const meta = { kind: 'confirm', by: 'Ada', reason: 'seen', force: false } as const
  await plan.handler.saveStepComplete('1.2', meta)
  expect(value(await runPlan(deps))).toMatchObject({
    stopped: 'end',
    at: null,
    plan: { status: 'done' },
  })
})

test('[PL12] a run takes up a step that a killed worker left running', async () => {
  const { plan } = await begun()
  await plan.handler.record(() => ({
    ok: true,
    value: { drafts: [{ event: 'step_started', step: '0.1', status: 'running' }] },
  }))
  const ran = value(await runPlan(createRunner(plan).deps))
  expect(ran.plan.history.map(({ event, note }) => note ?? event)).toContain(
    'its worker was cut off',
  )
  expect(findStep(ran.plan, '0.1')?.status).toBe('done')
})

test('[PL11] where the rules do not move on by themselves, a run rests after the step', async () => {
  const { plan } = await begun({ phase_transition: { auto_advance_when: [] } })
  const { deps } = createRunner(plan)
  expect(value(await runPlan(deps))).toMatchObject({
    stopped: 'no_auto_advance',
    at: { id: '0.1' },
  })
  expect(value(await runPlan(deps))).toMatchObject({
    stopped: 'no_auto_advance',
    at: { id: '0.2' },
  })
})

test('[PL9] a probe records what holds ahead of the plan, and leaves the rest pending and unpaused', async () => {
  const phases = {
    '0': smallPlan['0'],
    '1': { '1.1': migration, '1.2': checks('c'), '1.3': byHand },
  }
  const { plan } = await begun({}, phases)
  const { deps, seen } = createRunner(plan, { '0.2': [failing] })
  const probed = value(await probePlan(deps))
  expect(seen.filter((line) => line.startsWith('wait'))).toEqual([])
  expect(stepsOf(probed.plan).map(({ status }) => status)).toEqual([
    'done',
    'pending',
    'proven',
    'proven',
    'pending',
  ])
  expect(probed).toMatchObject({
    stopped: 'error',
    at: { id: '0.2' },
    plan: { status: 'in-progress' },
  })
  const finished = value(await probePlan(createRunner(plan).deps))
  expect(finished.outcomes.map(({ step }) => step.id)).toEqual(['0.2'])
  expect(stepsOf(finished.plan).map(({ status }) => status)).toEqual([
    'done',
    'done',
    'waiting',
    'done',
    'pending',
  ])
})

test('[PL10] a manual step cannot be run', async () => {
  const { plan } = await begun()
  expect(refusal(await runStep(createRunner(plan).deps, '1.2', once))).toBe('wrong_kind')
})

test('[PL8] a critical step is backed up before it runs', async () => {
  const { plan, project } = await begun({}, { '0': { '0.1': migration, '0.2': checks('b') } })
  const { deps } = createRunner(plan)
  await runStep(deps, '0.1', once)
  await runStep(deps, '0.2', once)
  const names = readdirSync(join(project.root, 'plan/backups'))
  const critical = names.filter((name) => name.includes('critical'))
  expect(critical.length).toBe(1)
  expect(project.read(`plan/backups/${critical[0]}`)).not.toContain('step_started')
})

test('[PL15] a run says which commit it tested, how it ended and what it printed last', async () => {
  const { plan } = await begun()
  const answer = { outcome: 'passed', tests: 7, durationMs: 4_200, outputTail: 'seven' } as const
  const { deps } = createRunner(plan, { '0.1': [answer] })
  const { run } = value(await runStep(deps, '0.1', once))
  expect(run).toMatchObject({
    step: '0.1',
    purpose: 'run',
    command: 'test -f a',
    attempt: 1,
    outcome: 'passed',
    exitCode: 0,
    tests: 7,
    durationMs: 4_200,
    commit: 'c0ffee',
    dirty: false,
    outputTail: 'seven',
  })
})

test('[PL15] a proof that a person interrupts leaves its step pending', async () => {
  const { plan } = await begun()
  const answer = { outcome: 'interrupted', exitCode: null } as const
  const ran = value(await runPlan(createRunner(plan, { '0.1': [answer] }).deps))
  expect(ran).toMatchObject({ stopped: 'interrupted', at: { id: '0.1', status: 'pending' } })
  expect(ran.plan.status).toBe('in-progress')
})

test('[PL16] what no longer holds is marked, after the same retries, and is the next thing to do', async () => {
  const { plan } = await begun({ error_handling: { retry_limit: 1 } })
  await runPlan(createRunner(plan).deps)
  const { deps, seen } = createRunner(plan, { '0.1': [failing], '0.2': [failing, failing] })
  const verified = value(await verifyPlan(deps))
  expect(seen.filter((line) => line.startsWith('0.') || line.startsWith('1.'))).toEqual([
    '0.1 failed',
    '0.1 passed',
    '0.2 failed',
    '0.2 failed',
    '1.1 passed',
  ])
  expect(verified.held.map(({ id }) => id)).toEqual(['0.1', '1.1'])
  expect(verified.regressed.map(({ step }) => step.id)).toEqual(['0.2'])
  expect(findStep(verified.plan, '0.2')?.status).toBe('regressed')
  expect(verified.plan.currentStep).toBe('0.2')
  expect(value(await plan.handler.getNextPendingStep())?.id).toBe('0.2')
})

test("[PL16] a step on a person's word alone is named and not run", async () => {
  const { plan } = await begun({}, { '0': { '0.1': byHand, '0.2': checks('a') } })
  await plan.handler.saveStepComplete('0.1', {
    kind: 'confirm',
    by: 'Ada',
    reason: 'seen',
    force: false,
  })
  await runPlan(createRunner(plan).deps)
  const verified = value(await verifyPlan(createRunner(plan).deps))
  expect(verified.onWord.map(({ id }) => id)).toEqual(['0.1'])
  expect(verified.held.map(({ id }) => id)).toEqual(['0.2'])
})

test('[PL16] a pending step is not verified, and a verification pauses nothing', async () => {
  const { plan } = await begun({ error_handling: { retry_limit: 0 } })
  await runStep(createRunner(plan).deps, '0.1', once)
  const verified = value(await verifyPlan(createRunner(plan, { '0.1': [failing] }).deps))
  expect(verified.regressed.length).toBe(1)
  expect(verified.plan.status).toBe('in-progress')
})
