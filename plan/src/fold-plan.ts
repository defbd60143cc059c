import { keepNewestRuns } from './history.ts'
import type { Entry, Phase, Plan, PlanDefinition, Run, Step, StepDefinition } from './plan.ts'

type Standing = Pick<Step, 'status' | 'at' | 'run' | 'by' | 'reason'>
const untouched: Standing = { status: 'pending', at: null, run: null, by: null, reason: null }

/**
 * Folds a history into the state of the plan.
 *
 * The one place where state comes from: table and mirror both hold what this returns, so either
 * can be rebuilt from the lines of the other. Lines about steps that the template no longer has
 * stay in the history and count for nothing.
 */
export function foldPlan(
  definition: PlanDefinition,
  history: readonly Entry[],
  runs: readonly Run[],
): Plan {
  const untouchedPhases = definition.phases.map(
    ({ id, title, steps }): Phase => ({
      id,
      title,
      status: 'pending',
      steps: steps.map((step) => ({ ...step, ...untouched })),
    }),
  )
  const { project, version } = definition
  return stand({ project, version, phases: untouchedPhases }, history, history, runs)
}

/**
 * The fold of a longer history, from the fold of its beginning. Steps that the new lines do not
 * name stay the same objects, so that a change costs what it changes.
 */
export function extendPlan(plan: Plan, added: readonly Entry[], runs: readonly Run[]): Plan {
  return stand(plan, added, [...plan.history, ...added], runs)
}

function stand(
  before: Pick<Plan, 'project' | 'version' | 'phases'>,
  added: readonly Entry[],
  history: readonly Entry[],
  runs: readonly Run[],
): Plan {
  const standings = foldStandings(added)
  const steps = before.phases.flatMap((phase) => phase.steps)
  const currentStep = foldCurrent(steps, history)
  const phases = before.phases.map((phase) => foldPhase(phase, standings, currentStep))
  const folded = phases.flatMap((phase) => phase.steps)
  return {
    project: before.project,
    version: before.version,
    status: folded.every((step) => step.status === 'done') ? 'done' : foldPause(history),
    currentPhase: Number(currentStep.split('.')[0]),
    currentStep,
    phases,
    runs: keepNewestRuns(runs, new Set(folded.map((step) => step.run))),
    history,
  }
}

/** What the template says of a plan, taken out of its state again. */
export function definitionOf(plan: Plan): PlanDefinition {
  return {
    project: plan.project,
    version: plan.version,
    phases: plan.phases.map(({ id, title, steps }) => ({
      id,
      title,
      steps: steps.map(stepDefinitionOf),
    })),
  }
}

function stepDefinitionOf(step: StepDefinition): StepDefinition {
  const { id, title, kind, change, proof, timeLimitSeconds } = step
  return { id, title, kind, change, proof, timeLimitSeconds }
}

function foldStandings(history: readonly Entry[]): ReadonlyMap<string, Standing> {
  const standings = new Map<string, Standing>()
  for (const { step, status, at, run, by, reason } of history) {
    if (step !== null && status !== null) standings.set(step, { status, at, run, by, reason })
  }
  return standings
}

function foldPhase(
  phase: Phase,
  standings: ReadonlyMap<string, Standing>,
  currentStep: string,
): Phase {
  const steps = phase.steps.map((step) => {
    const standing = standings.get(step.id)
    return standing ? { ...step, ...standing } : step
  })
  const done = steps.every((step) => step.status === 'done')
  const begun = steps.some((step) => step.status !== 'pending' || step.id === currentStep)
  return { ...phase, status: done ? 'done' : begun ? 'in-progress' : 'pending', steps }
}

function foldCurrent(steps: readonly Step[], history: readonly Entry[]): string {
  const known = new Set(steps.map((step) => step.id))
  const named = history.findLast((entry) => entry.current !== null && known.has(entry.current))
  return named?.current ?? steps[0]?.id ?? '0.0'
}

function foldPause(history: readonly Entry[]): 'in-progress' | 'paused' {
  const last = history.findLast(({ event }) => event === 'plan_paused' || event === 'plan_resumed')
  return last?.event === 'plan_paused' ? 'paused' : 'in-progress'
}
