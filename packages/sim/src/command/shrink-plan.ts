import type { Plan, Step } from '../plan/steps.ts'
import { type Outcome, runPlan } from '../run/run-plan.ts'

/** A plan cut down as far as it still fails, and how it fails then. */
export interface Shrunk {
  readonly plan: Plan
  readonly outcome: Outcome
  readonly runs: number
}

/** What is violated, in one word: a smaller plan must fail for the same reason. */
export function kindOf(violation: string): string {
  return violation.slice(0, violation.indexOf(':'))
}

/**
 * Drops steps while the plan still violates the same: first halves, then ever smaller pieces, at last
 * single steps, until none can be spared or `runsMax` worlds were tried.
 */
export async function shrinkPlan(plan: Plan, failed: Outcome, runsMax: number): Promise<Shrunk> {
  const kind = kindOf(failed.violations[0] ?? '')
  let best = { plan, outcome: failed }
  let runs = 0
  const tryWithout = async (from: number, count: number): Promise<boolean> => {
    const steps: readonly Step[] = best.plan.steps.toSpliced(from, count)
    const smaller = { ...best.plan, steps }
    const outcome = await runPlan(smaller)
    runs += 1
    if (!outcome.violations.some((violation) => kindOf(violation) === kind)) return false
    best = { plan: smaller, outcome }
    return true
  }
  for (let size = Math.ceil(plan.steps.length / 2); size >= 1; size = Math.floor(size / 2)) {
    let dropped = false
    for (let from = 0; from < best.plan.steps.length && runs < runsMax; ) {
      if (await tryWithout(from, size)) dropped = true
      else from += size
    }
    // Once more through the single steps, as long as that spares some.
    if (size === 1 && dropped && runs < runsMax) size = 2
  }
  return { ...best, runs }
}
