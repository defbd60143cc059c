/**
 * Goal: whatever ends a process, and whoever races with it, no acknowledged change is lost and the
 * table is the mirror.
 * Method: processes of their own that are killed for real, and any sequence of operations, damage
 * and crashes in this one.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { build } from 'esbuild'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLibsqlStore } from '../libsql-store.ts'
import { mirrorText } from '../mirror-text.ts'
import { type Plan, stepsOf } from '../plan.ts'
import { createPlanLock } from '../plan-lock.ts'
import {
  byHand,
  checks,
  createClock,
  createProject,
  openTestPlan,
  passed,
  refusal,
  type TestProject,
  value,
} from '../testing.ts'
import { type Job, watchChanges } from './testing.ts'

const built = join(import.meta.dirname, '../../node_modules/.cache', `crash-${process.pid}`)
const script = join(built, 'job.mjs')

// Translated once, so that the many processes below start in a tenth of the time.
beforeAll(async () => {
  await build({
    entryPoints: [join(import.meta.dirname, 'testing.ts')],
    outfile: script,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
  })
})
afterAll(() => rmSync(built, { recursive: true, force: true }))

/** Starts a job in a process of its own, which says a word a line. */
function start(job: Job): { child: ChildProcess; words: string[]; ended: Promise<unknown> } {
  const child = spawn(process.execPath, [script, JSON.stringify(job)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const words: string[] = []
  const lines = createInterface({ input: child.stdout })
  lines.on('line', (word) => {
    words.push(word)
    child.emit('word', word)
  })
  return { child, words, ended: Promise.all([once(child, 'exit'), once(lines, 'close')]) }
}

const wide = (count: number, step: object) => ({
  '0': Object.fromEntries(Array.from({ length: count }, (_, at) => [`0.${at + 1}`, step])),
})

async function begin(steps: number, step: object = checks('a')): Promise<TestProject> {
  const project = createProject({}, wide(steps, step))
  const plan = await openTestPlan(project.root)
  await plan.handler.start()
  await plan.close()
  return project
}

/** Loads the plan as the next process would, and looks whether table and mirror agree by then. */
async function loadAfter(project: TestProject): Promise<Plan> {
  const next = await openTestPlan(project.root)
  const plan = value(await next.handler.loadMemory())
  await next.close()
  const store = createLibsqlStore(join(project.root, '.eventpass/plan.db'))
  const table = await store.read()
  await store.close()
  const text = project.read('plan/plan-memory.json')
  expect(text).toBe(mirrorText(plan))
  expect(table.kind === 'present' && mirrorText(table.plan)).toBe(text)
  return plan
}

const doneIn = (plan: Plan): string[] =>
  stepsOf(plan)
    .filter(({ status }) => status === 'done')
    .map(({ id }) => id)

test('[PL5] a kill between any two changes to the disk leaves a plan that loads and keeps its word', async () => {
  const steps = ['0.1', '0.2']
  const outcome = async (at: number) => {
    const project = await begin(3)
    const { child, words, ended } = start({ kind: 'die', root: project.root, steps, at })
    await ended
    const done = doneIn(await loadAfter(project))
    expect(steps.slice(0, done.length)).toEqual(done)
    expect(done.length).toBeGreaterThanOrEqual(words.length)
    return { killed: child.signalCode === 'SIGKILL', words: words.length, done: done.length }
  }
  const seen: Awaited<ReturnType<typeof outcome>>[] = []
  for (let at = 1; seen.every(({ killed }) => killed); at += 3) {
    seen.push(...(await Promise.all([at, at + 1, at + 2].map(outcome))))
  }
  // Two completions and a backup are seventeen changes; a kill after the first keeps the step all the same.
  expect(seen.filter(({ killed }) => killed).length).toBe(17)
  expect(seen[0]).toEqual({ killed: true, words: 0, done: 0 })
  expect(seen[1]).toEqual({ killed: true, words: 0, done: 1 })
  expect(seen.at(-1)).toEqual({ killed: false, words: 2, done: 2 })
})

test('[PL5] kills at any moment lose nothing that was acknowledged', async () => {
  const project = await begin(200)
  const all = Array.from({ length: 200 }, (_, at) => `0.${at + 1}`)
  const acknowledged: string[] = []
  for (const patience of [1, 7, 13, 20]) {
    const steps = all.slice(acknowledged.length)
    const { child, words, ended } = start({ kind: 'complete', root: project.root, steps })
    child.on('word', () => words.length >= patience && child.kill('SIGKILL'))
    await ended
    acknowledged.push(...words)
    const done = new Set(doneIn(await loadAfter(project)))
    expect(acknowledged.filter((step) => !done.has(step))).toEqual([])
  }
  expect(acknowledged.length).toBeGreaterThanOrEqual(41)
})

test('[PL6] two processes that race on a thousand completions lose none', async () => {
  const project = await begin(1_000, byHand)
  const all = Array.from({ length: 1_000 }, (_, at) => `0.${at + 1}`)
  const halves = [0, 1].map((half) => all.filter((_, at) => at % 2 === half))
  const jobs = halves.map((steps) => start({ kind: 'confirm', root: project.root, steps }))
  await Promise.all(jobs.map(({ ended }) => ended))
  expect(jobs.map(({ words }) => words.length)).toEqual([500, 500])
  const plan = await loadAfter(project)
  expect(doneIn(plan)).toEqual(all)
  expect(plan.history.filter(({ event }) => event === 'step_done').length).toBe(1_000)
  expect(plan.status).toBe('done')
}, 180_000)

test('[PL6] a lock keeps others out, says who holds it, and falls with a holder that is killed', async () => {
  const project = await begin(1)
  const { child, ended } = start({ kind: 'hold', root: project.root })
  await once(child, 'word')
  const path = join(project.root, '.eventpass/plan.lock')
  const lock = createPlanLock({ path, waitMaxMs: 50, purpose: 'a test' })
  const refused = await lock.hold(async () => 'in')
  expect(refusal(refused)).toBe('busy')
  expect(refused.ok ? '' : refused.failure.message).toContain(`process ${child.pid}, holding on`)
  child.kill('SIGKILL')
  await ended
  expect(value(await lock.hold(async () => 'in'))).toBe('in')
  lock.close()
})

test('[PL6] a lock is free again after work that failed', async () => {
  const project = await begin(1)
  const path = join(project.root, '.eventpass/plan.lock')
  const lock = createPlanLock({ path, waitMaxMs: 0, purpose: 'a test' })
  await expect(lock.hold(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(value(await lock.hold(async () => 'in'))).toBe('in')
  lock.close()
})

const crash = new Error('the process ended here')

type Act =
  | { readonly kind: 'complete'; readonly step: string; readonly crashAt: number }
  | { readonly kind: 'pause' | 'resume' | 'backup'; readonly crashAt: number }
  | { readonly kind: 'harm'; readonly what: 'table' | 'mirror' | 'cut' | 'edit' }
  | { readonly kind: 'wait'; readonly minutes: number }

const anyCrash = fc.integer({ min: 1, max: 40 })
const anyAct: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('complete' as const),
      step: fc.constantFrom('0.1', '0.2', '0.3', '0.4'),
      crashAt: anyCrash,
    }),
  },
  fc.record({ kind: fc.constantFrom('pause' as const, 'resume', 'backup'), crashAt: anyCrash }),
  fc.record({
    kind: fc.constant('harm' as const),
    what: fc.constantFrom('table' as const, 'mirror', 'cut', 'edit'),
  }),
  fc.record({ kind: fc.constant('wait' as const), minutes: fc.integer({ min: -60, max: 60 }) }),
)

test('[PL5] after any operations, damage and crashes the table is the mirror and no history is lost', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyAct, { minLength: 1, maxLength: 8 }), async (acts) => {
      const project = await begin(4)
      const clock = createClock()
      const known = new Set((await loadAfter(project)).history.map(({ id }) => id))
      for (const act of acts) {
        await perform(project, act, clock, known)
        const plan = await loadAfter(project)
        const kept = new Set(plan.history.map(({ id }) => id))
        expect([...known].filter((id) => !kept.has(id))).toEqual([])
        for (const id of kept) known.add(id)
        const times = plan.history.map(({ at }) => at)
        expect(times).toEqual([...new Set(times)].sort())
      }
    }),
    { numRuns: 25 },
  )
})

/** Does one act, and notes the lines whose writing was acknowledged. */
async function perform(
  project: TestProject,
  act: Act,
  clock: { ms: number },
  known: Set<string>,
): Promise<void> {
  if (act.kind === 'wait') {
    clock.ms += act.minutes * 60_000
    return
  }
  if (act.kind === 'harm') return harm(project, act.what)
  let left = act.crashAt
  const dying = watchChanges(() => {
    left--
    if (left <= 0) throw crash
  })
  const plan = await openTestPlan(project.root, { clock, ...dying })
  try {
    const result = await operate(plan.handler, act)
    if (result) for (const { id } of result.history) known.add(id)
  } catch (error) {
    if (error !== crash) throw error
  } finally {
    await plan.close()
  }
}

async function operate(
  handler: Awaited<ReturnType<typeof openTestPlan>>['handler'],
  act: Exclude<Act, { kind: 'wait' | 'harm' }>,
): Promise<Plan | null> {
  if (act.kind === 'complete') {
    const saved = await handler.saveStepComplete(act.step, passed(act.step))
    return saved.ok ? saved.value.plan : null
  }
  if (act.kind === 'resume') return value(await handler.resume()).plan
  if (act.kind === 'pause') {
    return value(
      await handler.record(() => ({ ok: true, value: { drafts: [{ event: 'plan_paused' }] } })),
    )
  }
  await handler.backup()
  return null
}

function harm(project: TestProject, what: 'table' | 'mirror' | 'cut' | 'edit'): void {
  const path = 'plan/plan-memory.json'
  const text = project.read(path)
  if (what === 'table') project.remove('.eventpass/plan.db')
  if (what === 'mirror') project.remove(path)
  if (what === 'cut') project.write(path, text.slice(0, text.length / 2))
  if (what === 'edit') project.write(path, text.replace('"status":"pending"', '"status":"done"'))
}
