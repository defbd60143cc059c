import { needsPerson } from './complete-step.ts'
import { nextStep } from './next-step.ts'
import { type Plan, type Step, stepsOf } from './plan.ts'
import { ok, type Result } from './result.ts'
import { runStep, type StepOutcome } from './run-step.ts'
import type { RunnerDeps } from './runner-deps.ts'

/** Why a run of the plan came to rest. */
export type Stopped =
  /** Every step is done. */
  | 'end'
  /** The next step is a person's. */
  | 'person'
  /** A step failed for good. */
  | 'error'
  /** A step is done, and `auto_advance_when` wants a person to move the plan on. */
  | 'no_auto_advance'
  | 'interrupted'

export interface PlanRun {
  readonly plan: Plan
  readonly stopped: Stopped
  /** The step at which it came to rest; null at the end. */
  readonly at: Step | null
  readonly outcomes: readonly StepOutcome[]
}

/**
 * Goes through the plan step by step, until a step wants a person, fails for good, or none is left.
 * What a killed worker left behind is taken up first.
 */
export async function runPlan(deps: RunnerDeps): Promise<Result<PlanRun>> {
  const taken = await takeUpInterrupted(deps)
  if (!taken.ok) return taken
  const outcomes: StepOutcome[] = []
  for (;;) {
    const loaded = await deps.handler.loadMemory()
    if (!loaded.ok) return loaded
    const step = nextStep(loaded.value)
    const rest = (stopped: Stopped) => ok({ plan: loaded.value, stopped, at: step, outcomes })
    if (step === null) return rest('end')
    if (deps.signal.aborted) return rest('interrupted')
    if (step.kind === 'manual' || step.status === 'waiting') return rest('person')

    const outcome = await runStep(deps, step.id, { force: false, probing: false })
    if (!outcome.ok) return outcome
    outcomes.push(outcome.value)
    const stopped = stopAfter(outcome.value)
    if (stopped) {
      return ok({ plan: outcome.value.plan, stopped, at: outcome.value.step, outcomes })
    }
  }
}

/**
 * Tries the proof of every remaining step once, also beyond steps that do not hold yet.
 *
 * For a plan that is built out of order: what holds is recorded, done where the earlier phases
 * are complete and `proven` where they are not; what does not hold stays pending, and nothing is
 * paused. Steps that wait for a person are passed over.
 */
export async function probePlan(deps: RunnerDeps): Promise<Result<PlanRun>> {
  const taken = await takeUpInterrupted(deps)
  if (!taken.ok) return taken
  const loaded = await deps.handler.loadMemory()
  if (!loaded.ok) return loaded
  const outcomes: StepOutcome[] = []
  let plan = loaded.value
  for (const step of stepsOf(loaded.value).filter(canBeProbed)) {
    if (deps.signal.aborted) return ok({ plan, stopped: 'interrupted', at: step, outcomes })
    const outcome = await runStep(deps, step.id, { force: false, probing: true })
    if (!outcome.ok) return outcome
    outcomes.push(outcome.value)
    plan = outcome.value.plan
  }
  const next = nextStep(plan)
  const stopped = next === null ? 'end' : isForPerson(deps, next) ? 'person' : 'error'
  return ok({ plan, stopped, at: next, outcomes })
}

const canBeProbed = (step: Step): boolean =>
  step.proof !== null && !['done', 'proven', 'waiting'].includes(step.status)

const isForPerson = ({ rules }: RunnerDeps, step: Step): boolean =>
  step.kind === 'manual' || (step.status === 'waiting' && needsPerson(rules, step))

function stopAfter({ passed, advances, step, run }: StepOutcome): Stopped | null {
  if (run.outcome === 'interrupted') return 'interrupted'
  if (!passed) return 'error'
  if (step.status === 'waiting') return 'person'
  return advances ? null : 'no_auto_advance'
}

/** Only a step left running: a pause is lifted by `ai resume` alone. */
async function takeUpInterrupted({ handler }: RunnerDeps): Promise<Result<unknown>> {
  const loaded = await handler.loadMemory()
  if (!loaded.ok || loaded.value.status === 'paused') return loaded
  const left = stepsOf(loaded.value).some((step) => step.status === 'running')
  return left ? handler.resume() : loaded
}
