import { failureWords } from './attempt-proof.ts'
import type { LearnedRules } from './learned-file.ts'
import { type Entry, type Phase, type Plan, type Run, type Step, stepsOf } from './plan.ts'
import { notYet } from './run-step.ts'

/** More errors than this are counted and not listed. */
const errorsListedMax = 20

export interface FailedRun {
  readonly step: string
  readonly at: string
  readonly what: string
  readonly lastLine: string
}

export interface PhaseReport {
  readonly id: string
  readonly title: string
  readonly status: Phase['status']
  readonly done: number
  readonly steps: number
  readonly startedAt: string | null
  /** Null while the phase is open. */
  readonly finishedAt: string | null
  /** How long proofs of this phase ran, all kept runs together. */
  readonly workedMs: number
  readonly errors: number
  readonly retries: number
}

export interface Report {
  readonly project: string
  readonly version: string
  readonly status: Plan['status']
  readonly at: string
  readonly currentStep: string
  readonly stepsDone: number
  readonly stepsTotal: number
  /** Done by a proof, and of those confirmed by a person as well. */
  readonly doneByProof: number
  /** Done by a person's word alone. */
  readonly doneByWord: number
  /** Of all steps that a proof stands behind: how many were proven with uncommitted changes. */
  readonly proofsDirty: number
  readonly lastProof: {
    readonly at: string
    readonly commit: string | null
    readonly dirty: boolean
  } | null
  readonly phases: readonly PhaseReport[]
  readonly waiting: readonly string[]
  readonly regressed: readonly string[]
  readonly provenEarly: readonly string[]
  readonly confirmed: readonly {
    readonly step: string
    readonly title: string
    readonly by: string
    readonly reason: string | null
    readonly at: string | null
    /** False where nothing but this word stands behind the step. */
    readonly proven: boolean
  }[]
  /** Steps whose present proof was tried and does not hold yet: not built, or not whole. */
  readonly open: readonly (FailedRun & { readonly title: string })[]
  /** What broke: failures through all retries, failed attempts before one that passed, regressions. */
  readonly errors: readonly FailedRun[]
  readonly learned: readonly string[]
}

/** Sums up the plan: what is done and why that is believed, what it took, what went wrong. */
export function reportOf(plan: Plan, learned: LearnedRules, nowMs: number): Report {
  const steps = stepsOf(plan)
  const done = steps.filter((step) => step.status === 'done')
  const withStatus = (status: Step['status']) =>
    steps.filter((step) => step.status === status).map((step) => step.id)
  return {
    project: plan.project,
    version: plan.version,
    status: plan.status,
    at: new Date(nowMs).toISOString(),
    currentStep: plan.currentStep,
    stepsDone: done.length,
    stepsTotal: steps.length,
    doneByProof: done.filter((step) => step.run !== null).length,
    doneByWord: done.filter((step) => step.run === null).length,
    proofsDirty: provenDirty(plan),
    lastProof: lastProofOf(plan),
    phases: plan.phases.map((phase) => phaseReport(plan, phase)),
    waiting: withStatus('waiting'),
    regressed: withStatus('regressed'),
    provenEarly: withStatus('proven'),
    confirmed: done.flatMap(({ id: step, title, by, reason, at, run }) =>
      by === null ? [] : [{ step, title, by, reason, at, proven: run !== null }],
    ),
    open: openOf(plan),
    errors: errorsOf(plan).slice(0, errorsListedMax),
    learned: learned.applied.map(
      ({ step, rule, from, to, because }) => `${step} ${rule} ${from} → ${to}: ${because}`,
    ),
  }
}

/** By the newest proof of each: what was verified since on a clean tree no longer counts. */
function provenDirty(plan: Plan): number {
  const newest = new Map(
    plan.runs.filter(({ outcome }) => outcome === 'passed').map((run) => [run.step, run]),
  )
  return stepsOf(plan).filter(
    ({ id, status }) => stillHolds.includes(status) && newest.get(id)?.dirty === true,
  ).length
}

const stillHolds: readonly Step['status'][] = ['done', 'proven', 'waiting']

/** The newest run that passed. */
function lastProofOf(plan: Plan): Report['lastProof'] {
  const run = plan.runs.findLast((known) => known.outcome === 'passed')
  if (!run) return null
  const at = new Date(Date.parse(run.startedAt) + run.durationMs).toISOString()
  return { at, commit: run.commit, dirty: run.dirty }
}

/** What broke, newest first. */
export function errorsOf(plan: Plan): FailedRun[] {
  const ahead = new Set(plan.history.filter(isAhead).map(({ run }) => run))
  return plan.runs
    .filter((run) => run.outcome !== 'passed' && !ahead.has(run.id))
    .toReversed()
    .map(toFailedRun)
}

function openOf(plan: Plan): Report['open'] {
  const pending = stepsOf(plan).filter(({ status }) => status === 'pending')
  return pending.flatMap(({ id, title, proof }) => {
    const run = plan.runs.findLast((one) => one.step === id && one.command === proof?.command)
    return run ? [{ ...toFailedRun(run), title }] : []
  })
}

const toFailedRun = (run: Run): FailedRun => ({
  step: run.step,
  at: run.startedAt,
  what: failureWords(run),
  lastLine: tellingLine(run.outputTail),
})

/** The line that most likely says what went wrong, else the last one. */
export function tellingLine(output: string): string {
  const lines = output.split('\n').map((line) => line.trim())
  const telling = lines.find((line) => /error|expected|not found|missing|no test/i.test(line))
  return telling || lines.at(-1) || 'it printed nothing'
}

function phaseReport(plan: Plan, phase: Phase): PhaseReport {
  const ids = new Set(phase.steps.map((step) => step.id))
  const lines = plan.history.filter((entry) => entry.step !== null && ids.has(entry.step))
  const runs = plan.runs.filter((run) => ids.has(run.step))
  const finished = lines.findLast((entry) => entry.status === 'done')
  return {
    id: phase.id,
    title: phase.title,
    status: phase.status,
    done: phase.steps.filter((step) => step.status === 'done').length,
    steps: phase.steps.length,
    startedAt: lines[0]?.at ?? null,
    finishedAt: phase.status === 'done' ? (finished?.at ?? null) : null,
    workedMs: runs.reduce((sum, run) => sum + run.durationMs, 0),
    errors: lines.filter(isError).length,
    retries: lines.filter((entry) => isRetried(entry) && !isAhead(entry)).length,
  }
}

const isAhead = ({ event, note }: Entry): boolean => event === 'attempt_failed' && note === notYet

const isRetried = ({ event, note }: Entry): boolean => event === 'attempt_failed' && note !== null

const isError = (entry: Entry): boolean =>
  entry.event === 'step_failed' ||
  entry.event === 'step_regressed' ||
  (entry.event === 'attempt_failed' && !isAhead(entry))
