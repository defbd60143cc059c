import { attemptUntilPassed, failedAttempt, failureWords, retriesOf } from './attempt-proof.ts'
import { forceNotAllowed, getStep } from './complete-step.ts'
import type { EntryDraft } from './history.ts'
import type { Plan, Run, Step } from './plan.ts'
import { ok, type Result, refused } from './result.ts'
import type { Rules } from './rules-file.ts'
import type { RunnerDeps } from './runner-deps.ts'

export interface StepOutcome {
  readonly plan: Plan
  readonly step: Step
  /** The last attempt. */
  readonly run: Run
  readonly attempts: number
  readonly passed: boolean
  /** False where `auto_advance_when` wants a person to move the plan on. */
  readonly advances: boolean
}

export interface RunStepOptions {
  readonly force: boolean
  /** Tries once, ahead of the plan: a failure leaves the step as it was and pauses nothing. */
  readonly probing: boolean
}

/**
 * Runs a step's proof, with retries and back-off, and records what came of it.
 *
 * A failure that outlasts the retries marks the step failed and, as the rules say, pauses the
 * plan and tells the channel.
 */
export async function runStep(
  deps: RunnerDeps,
  stepId: string,
  options: RunStepOptions,
): Promise<Result<StepOutcome>> {
  const ready = await readyToRun(deps, stepId, options)
  if (!ready.ok) return ready
  const { step } = ready.value
  if (isCritical(deps.rules, step)) await deps.handler.backup('critical')
  if (!options.probing) {
    const started = await deps.handler.record(() =>
      ok({ drafts: [{ event: 'step_started', step: stepId, status: 'running', current: stepId }] }),
    )
    if (!started.ok) return started
  }
  await deps.events.emit(event('info', 'step_started', step, `${step.id} ${step.title}`))

  const attempts = options.probing ? 1 : retriesOf(deps, step) + 1
  const tried = await attemptUntilPassed(deps, step, 'run', attempts)
  if (!tried.ok) return tried
  const { run, attempt } = tried.value
  if (run.outcome === 'passed') return recordPass(deps, step, run, attempt, options.force)
  return recordFailure(deps, step, run, attempt, options.probing)
}

/** What is noted of a proof that was tried ahead of the plan and failed: nothing broke by it. */
export const notYet = 'it does not hold yet'

/** The commands that the rules hold to be critical: a backup comes before they run. */
export const isCritical = (rules: Rules, step: Step): boolean =>
  step.change !== null && rules.manualConfirmFor.includes(step.change)

async function readyToRun(
  { handler, rules }: RunnerDeps,
  stepId: string,
  { force }: RunStepOptions,
): Promise<Result<{ step: Step }>> {
  if (force && !rules.allowForceAdvance) return forceNotAllowed()
  const plan = await handler.loadMemory()
  if (!plan.ok) return plan
  const step = getStep(plan.value, stepId)
  if (!step.ok) return step
  if (step.value.proof === null) {
    return refused(
      'wrong_kind',
      `${stepId} is a manual step: it has nothing to run.`,
      `When it is done: eventpass ai confirm ${stepId} --reason "what you saw"`,
    )
  }
  if (plan.value.status === 'paused') {
    return refused('paused', pauseMessage(plan.value), 'Mend the cause, then: eventpass ai resume')
  }
  return ok({ step: step.value })
}

function pauseMessage(plan: Plan): string {
  const pause = plan.history.findLast((entry) => entry.event === 'plan_paused')
  return `The plan is paused since ${pause?.at}: ${pause?.note ?? 'a step failed'}.`
}

async function recordPass(
  deps: RunnerDeps,
  step: Step,
  run: Run,
  attempts: number,
  force: boolean,
): Promise<Result<StepOutcome>> {
  const saved = await deps.handler.saveStepComplete(step.id, { kind: 'run', run, force })
  if (!saved.ok) return saved
  const { plan, advances } = saved.value
  const after = getStep(plan, step.id)
  if (!after.ok) return after
  const message = `${step.id} ${step.title}: ${after.value.status}`
  await deps.events.emit(event('info', `step_${after.value.status}`, step, message))
  return ok({ plan, step: after.value, run, attempts, passed: true, advances })
}

async function recordFailure(
  deps: RunnerDeps,
  step: Step,
  run: Run,
  attempts: number,
  probing: boolean,
): Promise<Result<StepOutcome>> {
  const drafts = failureDrafts(deps.rules, step, run, attempts, probing)
  const plan = await deps.handler.record(() => ok({ drafts, runs: [run] }))
  if (!plan.ok) return plan
  for (const draft of drafts) {
    const level = draft.event === 'attempt_failed' ? 'warn' : 'error'
    const message = draft.note ?? `${step.id} ${step.title}: ${failureWords(run)}`
    await deps.events.emit(event(level, draft.event, step, message))
  }
  const after = getStep(plan.value, step.id)
  if (!after.ok) return after
  return ok({ plan: plan.value, step: after.value, run, attempts, passed: false, advances: false })
}

function failureDrafts(
  rules: Rules,
  step: Step,
  run: Run,
  attempts: number,
  probing: boolean,
): EntryDraft[] {
  if (run.outcome === 'interrupted') {
    const note = 'its worker was interrupted'
    const status = probing ? null : ('pending' as const)
    return [{ event: 'step_reset', step: step.id, status, run: run.id, note }]
  }
  if (probing) return [{ ...failedAttempt(step, run), note: notYet }]
  const failed: EntryDraft = { event: 'step_failed', step: step.id, status: 'failed', run: run.id }
  if (rules.onPersistentError === 'stop') return [failed]
  const tries = attempts === 1 ? '1 attempt' : `${attempts} attempts`
  const note = `${step.id} ${step.title} ${failureWords(run)} after ${tries}`
  return [failed, { event: 'plan_paused', step: step.id, run: run.id, note }]
}

const event = (level: 'info' | 'warn' | 'error', name: string, step: Step, message: string) => ({
  level,
  event: name,
  step: step.id,
  message,
})
