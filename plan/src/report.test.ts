/**
 * Goal: the report says what is done and why that is believed, and the end of the plan is archived.
 * Method: a small plan worked through with failures, retries, words and proofs.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { archiveWhenDone } from './archive-plan.ts'
import { confirm } from './confirm.ts'
import { reportOf, tellingLine } from './report.ts'
import { durationWords, reportMarkdown } from './report-text.ts'
import { probePlan, runPlan } from './run-plan.ts'
import {
  createClock,
  createProject,
  createRunner,
  failing,
  openTestPlan,
  type TestPlan,
  type TestProject,
  value,
} from './testing.ts'
import { verifyPlan } from './verify-plan.ts'

const opened: TestPlan[] = []
afterEach(async () => {
  for (const plan of opened.splice(0)) await plan.close()
})

/** Works the small plan through: a retry, a migration on proof and word, a step on word alone. */
async function workedThrough(): Promise<{
  project: TestProject
  plan: TestPlan
  nowMs: () => number
}> {
  const project = createProject()
  const clock = createClock()
  const nowMs = () => clock.ms
  const plan = await openTestPlan(project.root, { clock })
  opened.push(plan)
  await plan.handler.start()
  const { deps } = createRunner(plan, { '0.2': [failing] }, clock)
  await runPlan(deps)
  const word = { by: 'Ada', force: false }
  value(await confirm({ ...plan, nowMs }, { ...word, id: '1.1', reason: null }))
  value(await confirm({ ...plan, nowMs }, { ...word, id: '1.2', reason: 'saw it on two tablets' }))
  return { project, plan, nowMs }
}

test('[PL19] phases, proofs, words, errors and retries are counted', async () => {
  const { plan, nowMs } = await workedThrough()
  const report = reportOf(value(await plan.handler.loadMemory()), plan.learned, nowMs())
  expect(report).toMatchObject({
    status: 'done',
    stepsDone: 4,
    stepsTotal: 4,
    doneByProof: 3,
    doneByWord: 1,
    lastProof: { commit: 'c0ffee', dirty: false },
  })
  expect(
    report.phases.map(({ done, errors, retries, workedMs }) => [done, errors, retries, workedMs]),
  ).toEqual([
    [2, 1, 1, 3_000],
    [2, 0, 0, 1_000],
  ])
  expect(report.phases[0]?.finishedAt).not.toBeNull()
})

test('[PL10] the report tells a word without a proof from one after it', async () => {
  const { plan, nowMs } = await workedThrough()
  const report = reportOf(value(await plan.handler.loadMemory()), plan.learned, nowMs())
  expect(report.confirmed).toMatchObject([
    { step: '1.1', by: 'Ada', proven: true, reason: null },
    { step: '1.2', by: 'Ada', proven: false, reason: 'saw it on two tablets' },
  ])
  expect(reportMarkdown(report)).toContain(
    '- 1.2 Look at it: Ada, 2026-01-02 03:04, without a proof: “saw it on two tablets”',
  )
})

test('[PL19] a proof with uncommitted changes is counted until it was verified without them', async () => {
  const plan = await openTestPlan(createProject().root)
  opened.push(plan)
  await plan.handler.start()
  const clock = createClock()
  const counted = async (dirty: boolean, work: typeof runPlan | typeof verifyPlan) => {
    const { deps } = createRunner(plan, {}, clock)
    value<unknown>(await work({ ...deps, readGitState: async () => ({ commit: 'c0ffee', dirty }) }))
    return reportOf(value(await plan.handler.loadMemory()), plan.learned, 0).proofsDirty
  }
  expect(await counted(true, runPlan)).toBe(3)
  expect(await counted(false, verifyPlan)).toBe(0)
})

test('[PL19] what is not built yet is no error: a proof tried ahead of the plan is told apart', async () => {
  const plan = await openTestPlan(createProject().root)
  opened.push(plan)
  await plan.handler.start()
  await probePlan(createRunner(plan, { '0.2': [failing] }).deps)
  const report = reportOf(value(await plan.handler.loadMemory()), plan.learned, 0)
  expect(report.open).toMatchObject([{ step: '0.2', what: 'failed with exit code 1' }])
  expect(report.errors).toEqual([])
  expect(report.phases.map(({ errors, retries }) => [errors, retries])).toEqual([
    [0, 0],
    [0, 0],
  ])
  expect(reportMarkdown(report)).toContain(
    '## Tried, and not holding yet\n\n- 0.2 Make b: failed with exit code 1, ',
  )
})

test('[PL19] the Markdown says it all on one page', async () => {
  const { plan, nowMs } = await workedThrough()
  const report = reportOf(value(await plan.handler.loadMemory()), plan.learned, nowMs())
  expect(reportMarkdown(report)).toMatchInlineSnapshot(`
    "# Small 1.0: plan done

    4 of 4 steps done, 3 by proof and 1 by a person's word alone.
    The last proof was 2026-01-02T03:04:39.000Z, at commit c0ffee.
    Written 2026-01-02T03:04:39.000Z.

    - **0 Phase 0**: done, 2 of 2
      2026-01-02 03:04 to 03:04, proofs ran 3 s, 1 error, 1 retry
    - **1 Phase 1**: done, 2 of 2
      2026-01-02 03:04 to 03:04, proofs ran 1 s, 0 errors, 0 retries

    ## Done on a person's word

    - 1.1 Migrate: Ada, 2026-01-02 03:04, after its proof
    - 1.2 Look at it: Ada, 2026-01-02 03:04, without a proof: “saw it on two tablets”

    ## Errors, newest first

    - 0.2 failed with exit code 1, 2026-01-02T03:04:06.000Z: \`no\`
    "
  `)
})

test('[PL19] when the last phase is complete the history is archived and the summary written, once', async () => {
  const { project, plan, nowMs } = await workedThrough()
  const deps = { ...plan, nowMs }
  const summary = value(await archiveWhenDone(deps))
  expect(summary).toMatch(/^plan\/archive\/summary-\d{8}T\d{9}Z\.md$/)
  expect(project.read(summary ?? '')).toContain('# Small 1.0: plan done')
  const name = readdirSync(join(project.root, 'plan/archive')).find((file) =>
    file.startsWith('history-'),
  )
  const archived = JSON.parse(project.read(`plan/archive/${name}`))
  const { history } = value(await plan.handler.loadMemory())
  expect(archived.history).toEqual(history.slice(0, -1))
  expect(history.at(-1)).toMatchObject({ event: 'history_archived', note: summary })
  expect(value(await archiveWhenDone(deps))).toBeNull()
  const told = project.read('plan/events.ndjson').trimEnd().split('\n')
  expect(told.map((line) => JSON.parse(line).event).filter((name) => name === 'plan_done')).toEqual(
    ['plan_done'],
  )
})

test('[PL19] a plan that is not at its end is not archived', async () => {
  const project = createProject()
  const plan = await openTestPlan(project.root)
  opened.push(plan)
  await plan.handler.start()
  expect(value(await archiveWhenDone({ ...plan, nowMs: () => 0 }))).toBeNull()
  expect(project.exists('plan/archive')).toBe(false)
})

test('[PL8] a critical step is backed up before it is confirmed', async () => {
  const { project } = await workedThrough()
  const names = readdirSync(join(project.root, 'plan/backups'))
  expect(names.filter((name) => name.includes('critical')).length).toBe(2)
})

test('[PL19] of a long output the line that says what went wrong is told', () => {
  expect(tellingLine('RUN v3\n AssertionError: expected 1 to be 2\n Tests 1 failed')).toBe(
    'AssertionError: expected 1 to be 2',
  )
  expect(tellingLine('one\ntwo')).toBe('two')
})

test.each([
  [900, '900 ms'],
  [59_400, '59 s'],
  [61_000, '1 min 1 s'],
  [3_660_000, '1 h 1 min'],
  [200_000_000, '2 days'],
])('[PL19] %i ms is %s', (ms, words) => {
  expect(durationWords(ms)).toBe(words)
})
