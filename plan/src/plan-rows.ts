import type { Entry, Phase, Plan, Run, Step } from './plan.ts'
import { tableFormat } from './plan-store.ts'

/** The rows of every table, alike in both databases. */
export interface StateRow {
  readonly id: number
  readonly format: number
  readonly revision: number
  readonly templateDigest: string
  readonly project: string
  readonly version: string
  readonly status: Plan['status']
  readonly currentPhase: number
  readonly currentStep: string
}
export type PhaseRow = Omit<Phase, 'steps'> & { readonly position: number }
export type StepRow = Step & { readonly phase: string; readonly position: number }
export type HistoryRow = Entry & { readonly position: number }

export interface PlanRows {
  readonly state: StateRow
  readonly phases: readonly PhaseRow[]
  readonly steps: readonly StepRow[]
  readonly history: readonly HistoryRow[]
  readonly runs: readonly Run[]
}

export function toStateRow(plan: Plan, templateDigest: string): StateRow {
  return {
    id: 1,
    format: tableFormat,
    revision: plan.history.length,
    templateDigest,
    project: plan.project,
    version: plan.version,
    status: plan.status,
    currentPhase: plan.currentPhase,
    currentStep: plan.currentStep,
  }
}

export function toPhaseRows(plan: Plan): PhaseRow[] {
  return plan.phases.map(({ id, title, status }, position) => ({ id, title, status, position }))
}

export function toStepRows(plan: Plan, wanted: (step: Step) => boolean = () => true): StepRow[] {
  return plan.phases.flatMap(({ id, steps }) =>
    steps.flatMap((step, position) => (wanted(step) ? [{ ...step, phase: id, position }] : [])),
  )
}

export function toHistoryRows(history: readonly Entry[], from: number): HistoryRow[] {
  return history.slice(from).map((entry, at) => ({ ...entry, position: from + at }))
}

/** Puts a plan together from its rows; the caller gives them in order of position or time. */
export function fromRows({ state, phases, steps, history, runs }: PlanRows): Plan {
  return {
    project: state.project,
    version: state.version,
    status: state.status,
    currentPhase: state.currentPhase,
    currentStep: state.currentStep,
    phases: phases.map(({ id, title, status }) => ({
      id,
      title,
      status,
      steps: steps.filter((step) => step.phase === id).map(fromStepRow),
    })),
    runs,
    history: history.map(fromHistoryRow),
  }
}

export function fromHistoryRow({ position: _, ...entry }: HistoryRow): Entry {
  return entry
}

function fromStepRow({ phase: _, position: __, ...step }: StepRow): Step {
  return step
}

/** What a change has to write. Steps that are the same object are the same row. */
export interface RowChanges {
  readonly phases: readonly PhaseRow[]
  readonly steps: readonly StepRow[]
  readonly history: readonly HistoryRow[]
  readonly runsAdded: readonly Run[]
  readonly runsDropped: readonly string[]
}

export function changedRows(before: Plan, after: Plan): RowChanges {
  const known = new Set(before.runs.map((run) => run.id))
  const kept = new Set(after.runs.map((run) => run.id))
  const oldSteps = new Set(before.phases.flatMap(({ steps }) => steps))
  return {
    phases: toPhaseRows(after).filter(
      ({ position, status }) => before.phases[position]?.status !== status,
    ),
    steps: toStepRows(after, (step) => !oldSteps.has(step)),
    history: toHistoryRows(after.history, before.history.length),
    runsAdded: after.runs.filter((run) => !known.has(run.id)),
    runsDropped: before.runs.filter((run) => !kept.has(run.id)).map((run) => run.id),
  }
}

/** Far below either database's bound on the parameters of one statement. */
const rowsPerInsertMax = 500

export function inChunks<T>(items: readonly T[]): T[][] {
  const count = Math.ceil(items.length / rowsPerInsertMax)
  return Array.from({ length: count }, (_, at) =>
    items.slice(at * rowsPerInsertMax, (at + 1) * rowsPerInsertMax),
  )
}
