import { type EntryDraft, sealRun } from './history.ts'
import { learnedValue } from './learned-file.ts'
import type { Run, Step } from './plan.ts'
import { ok, type Result } from './result.ts'
import type { RunnerDeps } from './runner-deps.ts'

/** No wait between two attempts is longer, however often it doubled. */
const backoffSecondsMax = 600

export interface Tried {
  readonly run: Run
  readonly attempt: number
}

/** Attempts a proof until it passes or the attempts are used up, and records every failed one. */
export async function attemptUntilPassed(
  deps: RunnerDeps,
  step: Step,
  purpose: Run['purpose'],
  attemptsMax: number,
): Promise<Result<Tried>> {
  let waitedMs = 0
  for (let attempt = 1; ; attempt++) {
    deps.watch.attempt(step, attempt, attemptsMax)
    const run = await attemptOnce(deps, step, purpose, attempt, waitedMs)
    deps.watch.ended(step, run)
    const over = run.outcome === 'passed' || run.outcome === 'interrupted' || attempt >= attemptsMax
    if (over) return ok({ run, attempt })
    waitedMs = backoffMs(deps, step, attempt)
    const draft = { ...failedAttempt(step, run), note: `tried again after ${waitedMs / 1000} s` }
    const recorded = await deps.handler.record(() => ok({ drafts: [draft], runs: [run] }))
    if (!recorded.ok) return recorded
    deps.watch.waiting(step, waitedMs)
    await deps.pause(waitedMs, deps.signal)
  }
}

async function attemptOnce(
  deps: RunnerDeps,
  step: Step,
  purpose: Run['purpose'],
  attempt: number,
  waitedMs: number,
): Promise<Run> {
  const { proof } = step
  if (proof === null) throw new Error(`${step.id} has no proof to run`)
  const git = await deps.readGitState(deps.root)
  const startedAt = new Date(deps.nowMs()).toISOString()
  const result = await deps.prove({
    proof,
    root: deps.root,
    environment: deps.environment,
    timeLimitSeconds: timeLimitOf(deps, step),
    onOutput: deps.watch.output,
    signal: deps.signal,
    nowMs: deps.nowMs,
  })
  const { outcome, exitCode, tests, durationMs, outputTail } = result
  return sealRun({
    step: step.id,
    purpose,
    command: proof.command,
    attempt,
    waitedMs,
    startedAt,
    durationMs,
    outcome,
    exitCode,
    tests,
    commit: git.commit,
    dirty: git.dirty,
    outputTail,
  })
}

/** How a run failed, in words. */
export function failureWords(run: Run): string {
  if (run.outcome === 'timed_out')
    return `ran out of time after ${Math.round(run.durationMs / 1000)} s`
  if (run.outcome === 'no_tests') return `ran too few tests (${run.tests ?? 0} passed)`
  if (run.outcome === 'interrupted') return 'was interrupted'
  return run.exitCode === null ? 'was ended by a signal' : `failed with exit code ${run.exitCode}`
}

export const failedAttempt = (step: Step, run: Run): EntryDraft => ({
  event: 'attempt_failed',
  step: step.id,
  run: run.id,
})

export const retriesOf = ({ learned, rules }: RunnerDeps, step: Step): number =>
  learnedValue(learned, step.id, 'retry_limit', rules.retryLimit)

const timeLimitOf = ({ learned }: RunnerDeps, step: Step): number =>
  learnedValue(learned, step.id, 'time_limit_seconds', step.timeLimitSeconds)

/** The wait after a failed attempt: the rules' back-off, doubled with each further failure. */
function backoffMs({ learned, rules }: RunnerDeps, step: Step, attempt: number): number {
  const base = learnedValue(learned, step.id, 'retry_backoff_seconds', rules.retryBackoffSeconds)
  return Math.min(base * 2 ** (attempt - 1), backoffSecondsMax) * 1000
}
