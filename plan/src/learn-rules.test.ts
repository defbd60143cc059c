/**
 * Goal: proposals rest on enough runs, are robust against odd ones, and take effect only as allowed.
 * Method: runs made up for the purpose, then the whole way through the file to the runner.
 */
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { confirmProposal, learn } from './apply-learned.ts'
import { learnRules, median, runsForLearningMin } from './learn-rules.ts'
import type { Run } from './plan.ts'
import { runStep } from './run-step.ts'
import {
  createClock,
  createProject,
  createRunner,
  failing,
  openTestPlan,
  refusal,
  type TestPlan,
  type TestProject,
  testRun,
  value,
} from './testing.ts'

const opened: TestPlan[] = []
afterEach(async () => {
  for (const plan of opened.splice(0)) await plan.close()
})

async function begun(project: TestProject): Promise<TestPlan> {
  const plan = await openTestPlan(project.root)
  opened.push(plan)
  await plan.handler.start()
  return plan
}

/** Records runs as if they had happened, a minute apart. */
async function withRuns(plan: TestPlan, runs: readonly Partial<Omit<Run, 'id'>>[], step = '0.1') {
  const sealed = runs.map((run, at) =>
    testRun(step, { ...run, startedAt: new Date(at * 60_000).toISOString() }),
  )
  const drafts = sealed.map(({ id }) => ({ event: 'step_verified' as const, step, run: id }))
  await plan.handler.record(() => ({ ok: true, value: { drafts, runs: sealed } }))
  return sealed
}

const deps = (plan: TestPlan) => ({ ...plan, nowMs: () => createClock().ms })
const taking = (...seconds: number[]) => seconds.map((s) => ({ durationMs: s * 1000 }))

test('[PL18] a time limit follows the median and spread of the runs, whatever one odd run took', async () => {
  const plan = await begun(createProject())
  const runs = await withRuns(plan, taking(40, 44, 42, 38, 41, 600))
  const { proposed } = value(await learn(deps(plan), false))
  expect(proposed).toMatchObject([
    {
      id: 'learn-0.1-time_limit_seconds',
      from: 900,
      to: 90,
      because: '6 passing runs took 41.5 s in the median, spread 3.0 s',
      rests_on: runs.map(({ id }) => id),
      needs_confirm: false,
    },
  ])
})

test('[PL18] fewer runs than the stated number propose nothing', async () => {
  const plan = await begun(createProject())
  await withRuns(plan, taking(...Array.from({ length: runsForLearningMin - 1 }, () => 40)))
  expect(value(await learn(deps(plan), false)).proposed).toEqual([])
})

test('[PL18] what runs of another proof took says nothing about the proof of today', async () => {
  const plan = await begun(createProject())
  await withRuns(
    plan,
    taking(40, 44, 42, 38, 41).map((run) => ({ ...run, command: 'test -f old' })),
  )
  expect(value(await learn(deps(plan), false)).proposed).toEqual([])
})

test('[PL18] the retry limit follows how often a retry fails again', async () => {
  const retry = (outcome: 'passed' | 'failed') => ({ attempt: 2, waitedMs: 30_000, outcome })
  const half = await begun(createProject())
  await withRuns(
    half,
    ['passed', 'failed', 'passed', 'failed', 'passed', 'failed'].map((o) =>
      retry(o === 'passed' ? 'passed' : 'failed'),
    ),
  )
  const never = await begun(createProject())
  await withRuns(
    never,
    Array.from({ length: 6 }, () => retry('failed')),
  )
  const limits = async (plan: TestPlan) =>
    value(await learn(deps(plan), false))
      .proposed.filter(({ rule }) => rule === 'retry_limit')
      .map(({ to, because }) => [to, because])
  expect(await limits(half)).toEqual([[5, '3 of 6 retries failed again']])
  expect(await limits(never)).toEqual([[1, '6 of 6 retries failed again']])
})

test('[PL18] the back-off follows the waits after which a retry passed', async () => {
  const plan = await begun(createProject())
  await withRuns(
    plan,
    [120, 120, 60, 120, 120].map((s) => ({ attempt: 3, waitedMs: s * 1000 })),
  )
  const { proposed } = value(await learn(deps(plan), false))
  const backoff = proposed.find(({ rule }) => rule === 'retry_backoff_seconds')
  expect(backoff).toMatchObject({
    from: 30,
    to: 120,
    because: '5 retries that succeeded had waited 120 s in the median',
  })
})

test('[PL18] no history proposes anything beyond its bounds, or from runs that it does not have', () => {
  const anyRun = fc.record({
    outcome: fc.constantFrom('passed' as const, 'failed', 'timed_out'),
    attempt: fc.integer({ min: 1, max: 4 }),
    waitedMs: fc.nat(600_000),
    durationMs: fc.nat(3_600_000),
  })
  const project = createProject()
  return openTestPlan(project.root).then(async (plan) => {
    opened.push(plan)
    const { plan: empty } = value(await plan.handler.start())
    fc.assert(
      fc.property(fc.array(anyRun, { maxLength: 15 }), (shapes) => {
        const runs = shapes.map((shape) => testRun('0.1', shape))
        const known = new Set(runs.map(({ id }) => id))
        for (const proposal of learnRules({ ...empty, runs }, plan.rules, plan.learned)) {
          expect(proposal.rests_on.length).toBeGreaterThanOrEqual(runsForLearningMin)
          expect(proposal.rests_on.every((id) => known.has(id))).toBe(true)
          expect(proposal.to).not.toBe(proposal.from)
          if (proposal.rule === 'retry_limit') expect(proposal.to).toBeLessThanOrEqual(5)
          if (proposal.rule === 'time_limit_seconds') expect(proposal.to).toBeGreaterThanOrEqual(30)
        }
      }),
    )
  })
})

test('[PL18] the median of an even number is between the two in the middle', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5)
  expect(median([9, 1, 2])).toBe(2)
})

test('[PL18] an applied rule stands beside the rules, is in the history and takes effect', async () => {
  const project = createProject({ error_handling: { retry_limit: 3 } })
  const plan = await begun(project)
  const rulesBefore = project.read('plan/ai-rules.json')
  await withRuns(
    plan,
    Array.from({ length: 5 }, () => ({ attempt: 2, outcome: 'failed' as const })),
  )
  expect(value(await learn(deps(plan), true)).applied.map(({ id, to }) => [id, to])).toEqual([
    ['learn-0.1-retry_limit', 1],
  ])
  expect(project.read('plan/ai-rules.json')).toBe(rulesBefore)
  expect(JSON.parse(project.read('plan/learned-rules.json')).applied[0]).toMatchObject({
    step: '0.1',
    rule: 'retry_limit',
    to: 1,
    by: 'eventpass ai learn --apply',
  })
  const again = await begun(project)
  const { deps: runner, seen } = createRunner(again, { '0.1': [failing, failing, failing] })
  await runStep(runner, '0.1', { force: false, probing: false })
  expect(seen.filter((line) => line.startsWith('wait')).length).toBe(1)
  const { history } = value(await again.handler.loadMemory())
  expect(history.find(({ event }) => event === 'rule_applied')).toMatchObject({
    step: '0.1',
    note: 'retry_limit 3 → 1',
  })
})

test('[PL18] a learned time limit is the one a proof gets', async () => {
  const project = createProject()
  const plan = await begun(project)
  await withRuns(plan, taking(40, 40, 40, 40, 40))
  await learn(deps(plan), true)
  const { deps: runner, seen } = createRunner(await begun(project))
  await runStep(runner, '0.1', { force: false, probing: false })
  expect(seen[0]).toBe('prove 0.1 within 80 s')
})

test('[PL18] a proposal for a critical step is applied on a word alone', async () => {
  const project = createProject()
  const plan = await begun(project)
  await withRuns(plan, taking(40, 40, 40, 40, 40), '1.1')
  const learned = value(await learn(deps(plan), true))
  expect(learned.applied).toEqual([])
  expect(learned.proposed).toMatchObject([
    { id: 'learn-1.1-time_limit_seconds', needs_confirm: true },
  ])
  const wrong = await confirmProposal(deps(plan), 'learn-1.1-time_limit_second', 'Ada', null)
  expect(wrong).toMatchObject({
    ok: false,
    failure: { hint: 'Did you mean learn-1.1-time_limit_seconds?' },
  })
  value(await confirmProposal(deps(plan), 'learn-1.1-time_limit_seconds', 'Ada', 'it is so'))
  const file = JSON.parse(project.read('plan/learned-rules.json'))
  expect(file.applied).toMatchObject([{ step: '1.1', to: 80, by: 'Ada', reason: 'it is so' }])
  expect(file.proposed).toEqual([])
  expect(
    refusal(await confirmProposal(deps(plan), 'learn-1.1-time_limit_seconds', 'Ada', null)),
  ).toBe('unknown_proposal')
})

test('[PL18] learning twice writes the same and adds nothing to the history', async () => {
  const project = createProject()
  const plan = await begun(project)
  await withRuns(plan, taking(40, 40, 40, 40, 40))
  await learn(deps(plan), false)
  const file = project.read('plan/learned-rules.json')
  const memory = project.read('plan/plan-memory.json')
  await learn(deps(plan), false)
  expect(project.read('plan/learned-rules.json')).toBe(file)
  expect(project.read('plan/plan-memory.json')).toBe(memory)
})
