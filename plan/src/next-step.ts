import { type Phase, type Plan, phaseOf, type Step, type StepStatus, stepsOf } from './plan.ts'

const settled: readonly StepStatus[] = ['done', 'proven']

/** The first step, in the plan's order, that still wants something: a proof or a person. */
export function nextStep(plan: Plan): Step | null {
  return stepsOf(plan).find((step) => !settled.includes(step.status)) ?? null
}

/** The earliest phase before this step's own that is not done; null when the way is free. */
export function openPhaseBefore(plan: Plan, stepId: string): Phase | null {
  const own = phaseOf(plan, stepId)
  const before = own ? plan.phases.slice(0, plan.phases.indexOf(own)) : []
  return before.find((phase) => phase.status !== 'done') ?? null
}
