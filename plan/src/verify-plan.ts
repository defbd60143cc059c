import { attemptUntilPassed, failureWords, retriesOf } from './attempt-proof.ts'
import { type Plan, type Run, type Step, stepsOf } from './plan.ts'
import { ok, type Result } from './result.ts'
import type { RunnerDeps } from './runner-deps.ts'

export interface Verification {
  readonly plan: Plan
  readonly held: readonly Step[]
  readonly regressed: readonly { readonly step: Step; readonly run: Run }[]
  /** Done by a person's word: there is nothing to prove again. */
  readonly onWord: readonly Step[]
  readonly interrupted: boolean
}

/**
 * Proves again everything that counts as proven, and marks as `regressed` what no longer holds.
 * A failure is retried like any other first, so that one unlucky run regresses nothing.
 */
export async function verifyPlan(deps: RunnerDeps): Promise<Result<Verification>> {
  const loaded = await deps.handler.loadMemory()
  if (!loaded.ok) return loaded
  const proven = stepsOf(loaded.value).filter((step) =>
    ['done', 'proven', 'waiting'].includes(step.status),
  )
  const onWord = proven.filter((step) => step.proof === null)
  const held: Step[] = []
  const regressed: { step: Step; run: Run }[] = []
  let plan = loaded.value

  for (const step of proven.filter((known) => known.proof !== null)) {
    const tried = await attemptUntilPassed(deps, step, 'verify', retriesOf(deps, step) + 1)
    if (!tried.ok) return tried
    const { run } = tried.value
    if (run.outcome === 'interrupted')
      return ok({ plan, held, regressed, onWord, interrupted: true })
    const recorded = await record(deps, step, run)
    if (!recorded.ok) return recorded
    plan = recorded.value
    if (run.outcome === 'passed') held.push(step)
    else regressed.push({ step, run })
  }
  return ok({ plan, held, regressed, onWord, interrupted: false })
}

async function record(
  { handler, events }: RunnerDeps,
  step: Step,
  run: Run,
): Promise<Result<Plan>> {
  if (run.outcome === 'passed') {
    return handler.record(() =>
      ok({ drafts: [{ event: 'step_verified', step: step.id, run: run.id }], runs: [run] }),
    )
  }
  const note = `its proof ${failureWords(run)}`
  const message = `${step.id} ${step.title} no longer holds: ${note}`
  await events.emit({ level: 'error', event: 'step_regressed', step: step.id, message })
  return handler.record(() =>
    ok({
      drafts: [
        {
          event: 'step_regressed',
          step: step.id,
          status: 'regressed',
          run: run.id,
          note,
          current: step.id,
        },
      ],
      runs: [run],
    }),
  )
}
