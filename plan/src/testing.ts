import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createEventLog, type Publish } from './events.ts'
import { sealRun } from './history.ts'
import { readLearned } from './learned-file.ts'
import { createLibsqlStore } from './libsql-store.ts'
import { createMemoryHandler } from './memory-handler.ts'
import type { OpenPlan } from './open-plan.ts'
import type { Run } from './plan.ts'
import { createPlanFiles, type PlanFiles } from './plan-files.ts'
import { createPlanLock } from './plan-lock.ts'
import type { PlanStore } from './plan-store.ts'
import type { ProofResult } from './prove.ts'
import type { Result } from './result.ts'
import { parseRules } from './rules-file.ts'
import type { RunnerDeps } from './runner-deps.ts'
import type { Notice } from './settle-notices.ts'

/** The rules of the plan document, as text to change parts of. */
export const rulesShape = {
  version: '1.0',
  memory_file: 'plan/plan-memory.json',
  template_file: 'plan/plan-template.json',
  phase_transition: {
    require_complete_previous: true,
    auto_advance_when: ['scripted', 'unit_tests_passed'],
    manual_confirm_for: ['db_migration', 'production_deploy'],
  },
  memory_sync: {
    auto_write_on_step_complete: true,
    backup_interval_minutes: 5,
    backup_path: 'plan/backups/',
  },
  error_handling: {
    retry_limit: 3,
    retry_backoff_seconds: 30,
    on_persistent_error: 'pause_and_notify',
  },
  cli_behavior: { show_progress: true, allow_resume: true, allow_force_advance: false },
  logging: { level: 'info', event_emit_channel: 'ai-events' },
}

type RulesPatch = { readonly [Key in keyof typeof rulesShape]?: object | string }

/** A step as a template has it; its proof is a check that a file exists. */
export const checks = (file: string) => ({
  title: `Make ${file}`,
  status: 'pending',
  kind: 'scripted',
  proof: { by: 'check', command: `test -f ${file}` },
})

export const byHand = { title: 'Look at it', status: 'pending', kind: 'manual' }

export const migration = {
  ...checks('migrated'),
  title: 'Migrate',
  kind: 'manual_confirm',
  change: 'db_migration',
}

/** Two phases with one step of each sort. */
export const smallPlan = {
  '0': { '0.1': checks('a'), '0.2': checks('b') },
  '1': { '1.1': migration, '1.2': byHand },
}

export function templateText(phases: Readonly<Record<string, Record<string, object>>>): string {
  const first = Object.values(phases).flatMap((steps) => Object.keys(steps))[0]
  const shapes = Object.entries(phases).map(([id, steps]) => [
    id,
    { title: `Phase ${id}`, status: 'pending', steps },
  ])
  return JSON.stringify({
    project: 'Small',
    version: '1.0',
    current_phase: Number(first?.split('.')[0]),
    current_step: first,
    status: 'in-progress',
    history: [],
    phases: Object.fromEntries(shapes),
  })
}

/** A project in a folder of its own. */
export interface TestProject {
  readonly root: string
  read(path: string): string
  write(path: string, text: string): void
  exists(path: string): boolean
  remove(path: string): void
}

export function createProject(
  rules: RulesPatch = {},
  phases: Readonly<Record<string, Record<string, object>>> = smallPlan,
): TestProject {
  const root = mkdtempSync(join(tmpdir(), 'eventpass-plan-'))
  const project: TestProject = {
    root,
    read: (path) => readFileSync(join(root, path), 'utf8'),
    write: (path, text) => {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), text)
    },
    exists: (path) => existsSync(join(root, path)),
    remove: (path) => rmSync(join(root, path), { recursive: true, force: true }),
  }
  const patched = Object.entries(rulesShape).map(([key, value]) => {
    const patch = Object.entries(rules).find(([name]) => name === key)?.[1]
    return [
      key,
      patch && typeof value === 'object' ? { ...value, ...Object(patch) } : (patch ?? value),
    ]
  })
  project.write('plan/ai-rules.json', JSON.stringify(Object.fromEntries(patched), null, 2))
  project.write('plan/plan-template.json', templateText(phases))
  return project
}

/** A clock that moves only when it is told to. */
export interface TestClock {
  ms: number
}

export const createClock = (): TestClock => ({ ms: Date.UTC(2026, 0, 2, 3, 4, 5) })

export interface TestSettings {
  readonly clock?: TestClock
  readonly publish?: Publish
  /** Puts something between the tracker and the disk, such as a crash. */
  readonly wrapFiles?: (files: PlanFiles) => PlanFiles
  readonly wrapStore?: (store: PlanStore) => PlanStore
  readonly store?: PlanStore
  readonly lockWaitMs?: number
}

export interface TestPlan extends OpenPlan {
  readonly notices: Notice[]
  readonly kinds: () => string[]
}

/** Opens a project's plan with the real parts, some of them wrapped. */
export async function openTestPlan(root: string, settings: TestSettings = {}): Promise<TestPlan> {
  const clock = settings.clock ?? createClock()
  const nowMs = () => clock.ms
  const files = (settings.wrapFiles ?? same)(createPlanFiles(root))
  const rules = value(parseRules((await files.readText('plan/ai-rules.json')) ?? ''))
  const learned = value(await readLearned(files))
  const at = (name: string) => join(root, '.eventpass', name)
  const plainStore = settings.store ?? createLibsqlStore(at('plan.db'))
  const store = (settings.wrapStore ?? same)(plainStore)
  const publish = settings.publish ?? null
  const events = createEventLog({ files, rules, publish, nowMs })
  const waitMaxMs = settings.lockWaitMs ?? 30_000
  const lock = createPlanLock({ path: at('plan.lock'), waitMaxMs, purpose: 'a test' })
  const worker = createPlanLock({ path: at('plan-worker.lock'), waitMaxMs: 0, purpose: 'a test' })
  const notices: Notice[] = []
  const onNotice = (notice: Notice) => void notices.push(notice)
  const handler = createMemoryHandler({ rules, files, store, lock, events, nowMs, onNotice })
  return {
    rules,
    learned,
    handler,
    files,
    events,
    worker,
    notices,
    kinds: () => notices.map((notice) => notice.kind),
    async close() {
      lock.close()
      worker.close()
      await plainStore.close()
    },
  }
}

const same = <T>(thing: T): T => thing

/** The value of a result that is expected to be good. */
export function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.failure.kind}: ${result.failure.message}`)
  return result.value
}

/** The kind of a result that is expected to be a refusal. */
export function refusal(result: Result<unknown>): string {
  if (result.ok) throw new Error('this was expected to be refused')
  return result.failure.kind
}

const commandsOfSmallPlan: Readonly<Record<string, string>> = {
  '0.2': 'test -f b',
  '1.1': 'test -f migrated',
}

/** A run of the small plan's proof that passed, or what `changes` make of it. */
export function testRun(step: string, changes: Partial<Omit<Run, 'id'>> = {}): Run {
  return sealRun({
    step,
    purpose: 'run',
    command: commandsOfSmallPlan[step] ?? 'test -f a',
    attempt: 1,
    waitedMs: 0,
    startedAt: '2026-01-02T03:04:05.000Z',
    durationMs: 1500,
    outcome: 'passed',
    exitCode: 0,
    tests: null,
    commit: '0123456789abcdef0123456789abcdef01234567',
    dirty: false,
    outputTail: 'all well',
    ...changes,
  })
}

export const passed = (step: string) => ({ kind: 'run', run: testRun(step), force: false }) as const

/** A run of proofs whose answers are given, and what happened on the way. */
export interface TestRunner {
  readonly deps: RunnerDeps
  /** Everything that was watched and waited for, in order. */
  readonly seen: string[]
}

/**
 * Runs proofs whose answers are given step by step; a step that has no answer left passes.
 * A wait moves the clock instead of taking its time.
 */
export function createRunner(
  plan: TestPlan,
  answers: Readonly<Record<string, readonly Partial<ProofResult>[]>> = {},
  clock: TestClock = createClock(),
): TestRunner {
  const seen: string[] = []
  const left = new Map(Object.entries(answers).map(([step, given]) => [step, [...given]]))
  let at = ''
  const deps: RunnerDeps = {
    ...plan,
    root: '/nowhere',
    environment: {},
    prove: async ({ timeLimitSeconds }) => {
      clock.ms += 1_000
      seen.push(`prove ${at} within ${timeLimitSeconds} s`)
      return { ...well, ...left.get(at)?.shift() }
    },
    readGitState: async () => ({ commit: 'c0ffee', dirty: false }),
    nowMs: () => clock.ms,
    pause: async (ms) => {
      clock.ms += ms
      seen.push(`wait ${ms / 1000} s`)
    },
    signal: new AbortController().signal,
    watch: {
      attempt: (step) => {
        at = step.id
      },
      output: () => {},
      ended: (step, run) => void seen.push(`${step.id} ${run.outcome}`),
      waiting: () => {},
    },
  }
  return { deps, seen }
}

const well: ProofResult = {
  outcome: 'passed',
  exitCode: 0,
  tests: null,
  durationMs: 1_000,
  outputTail: 'well',
}

export const failing: Partial<ProofResult> = { outcome: 'failed', exitCode: 1, outputTail: 'no' }
