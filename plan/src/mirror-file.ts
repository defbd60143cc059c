import { z } from 'zod'
import { mirrorChecksum } from './mirror-text.ts'
import {
  type Entry,
  type Plan,
  planEvents,
  type Run,
  runOutcomes,
  type Step,
  stepKinds,
  stepStatuses,
} from './plan.ts'
import { ok, type Result } from './result.ts'
import { parseShaped } from './shaped-file.ts'

/** What a mirror says, and whether nobody but the tracker wrote it. */
export interface MirrorReading {
  readonly plan: Plan
  readonly intact: boolean
}

/** Reads a mirror; faults come with line and path. */
export function parseMirror(text: string, path: string): Result<MirrorReading> {
  const parsed = parseShaped(path, text, MirrorShape)
  if (!parsed.ok) return parsed
  const plan = toPlan(parsed.value)
  return ok({ plan, intact: mirrorChecksum(plan) === parsed.value.checksum })
}

/**
 * Takes the lines of history and the runs out of a mirror that may no longer be JSON: cut off in
 * the middle, or holding both sides of a merge conflict. Their ids tell which of them are whole.
 */
export function salvageMirror(text: string): { history: Entry[]; runs: Run[] } {
  const values = text.split('\n').flatMap((line) => {
    const found = /^\s*(\{"id":.*\}),?\s*$/.exec(line)?.[1]
    return found === undefined ? [] : [parsedOrNull(found)]
  })
  return {
    history: values.flatMap((value) => {
      const shaped = EntryShape.safeParse(value)
      return shaped.success ? [toEntry(shaped.data)] : []
    }),
    runs: values.flatMap((value) => {
      const shaped = RunShape.safeParse(value)
      return shaped.success ? [toRun(shaped.data)] : []
    }),
  }
}

const text = z.string()

const EntryShape = z.strictObject({
  id: text,
  at: z.iso.datetime({ precision: 3 }),
  event: z.enum(planEvents),
  step: text.optional(),
  status: z.enum(stepStatuses).optional(),
  run: text.optional(),
  by: text.optional(),
  reason: text.optional(),
  note: text.optional(),
  current: text.optional(),
})

const RunShape = z.strictObject({
  id: text,
  step: text,
  purpose: z.enum(['run', 'verify']),
  command: text,
  attempt: z.int().min(1),
  waited_ms: z.int().min(0),
  started_at: z.iso.datetime({ precision: 3 }),
  duration_ms: z.int().min(0),
  outcome: z.enum(runOutcomes),
  exit_code: z.int().nullable(),
  tests: z.int().nullable(),
  commit: text.nullable(),
  dirty: z.boolean(),
  output_tail: text,
})

const StepShape = z.strictObject({
  title: text,
  kind: z.enum(stepKinds),
  status: z.enum(stepStatuses),
  at: text.optional(),
  run: text.optional(),
  by: text.optional(),
  reason: text.optional(),
  change: text.optional(),
  proof: z
    .strictObject({ by: z.enum(['tests', 'check']), command: text, min_tests: z.int().optional() })
    .optional(),
  time_limit_seconds: z.int().min(1),
})

const MirrorShape = z.strictObject({
  project: text,
  version: text,
  current_phase: z.int(),
  current_step: text,
  status: z.enum(['in-progress', 'paused', 'done']),
  phases: z.record(
    text,
    z.strictObject({
      title: text,
      status: z.enum(['pending', 'in-progress', 'done']),
      steps: z.record(text, StepShape),
    }),
  ),
  runs: z.array(RunShape),
  history: z.array(EntryShape),
  checksum: text,
})

function toPlan(shape: z.output<typeof MirrorShape>): Plan {
  return {
    project: shape.project,
    version: shape.version,
    status: shape.status,
    currentPhase: shape.current_phase,
    currentStep: shape.current_step,
    phases: Object.entries(shape.phases).map(([id, { title, status, steps }]) => ({
      id,
      title,
      status,
      steps: Object.entries(steps).map(([step, fields]) => toStep(step, fields)),
    })),
    runs: shape.runs.map(toRun),
    history: shape.history.map(toEntry),
  }
}

function toStep(id: string, shape: z.output<typeof StepShape>): Step {
  return {
    id,
    title: shape.title,
    kind: shape.kind,
    status: shape.status,
    at: shape.at ?? null,
    run: shape.run ?? null,
    by: shape.by ?? null,
    reason: shape.reason ?? null,
    change: shape.change ?? null,
    proof: shape.proof
      ? {
          by: shape.proof.by,
          command: shape.proof.command,
          testsMin: shape.proof.min_tests ?? 0,
        }
      : null,
    timeLimitSeconds: shape.time_limit_seconds,
  }
}

function toEntry(shape: z.output<typeof EntryShape>): Entry {
  return {
    id: shape.id,
    at: shape.at,
    event: shape.event,
    step: shape.step ?? null,
    status: shape.status ?? null,
    run: shape.run ?? null,
    by: shape.by ?? null,
    reason: shape.reason ?? null,
    note: shape.note ?? null,
    current: shape.current ?? null,
  }
}

function toRun(shape: z.output<typeof RunShape>): Run {
  return {
    id: shape.id,
    step: shape.step,
    purpose: shape.purpose,
    command: shape.command,
    attempt: shape.attempt,
    waitedMs: shape.waited_ms,
    startedAt: shape.started_at,
    durationMs: shape.duration_ms,
    outcome: shape.outcome,
    exitCode: shape.exit_code,
    tests: shape.tests,
    commit: shape.commit,
    dirty: shape.dirty,
    outputTail: shape.output_tail,
  }
}

function parsedOrNull(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
