/**
 * `scripted`: its proof decides. `manual`: a person's word decides. `manual_confirm`: its proof
 * runs first, then a person decides.
 */
export type StepKind = 'scripted' | 'manual' | 'manual_confirm'

/**
 * `proven` is a step whose proof holds while an earlier phase is still open; it becomes done, or
 * waits for its person, when that phase is complete. `regressed` was done and no longer holds.
 */
export type StepStatus =
  | 'pending'
  | 'running'
  | 'proven'
  | 'waiting'
  | 'done'
  | 'failed'
  | 'regressed'

export const stepKinds = ['scripted', 'manual', 'manual_confirm'] as const
export const stepStatuses = [
  'pending',
  'running',
  'proven',
  'waiting',
  'done',
  'failed',
  'regressed',
] as const

/** The command that proves a step: it fails when the feature is missing. */
export interface Proof {
  /** `tests`: a selection of tests, of which some must really run. `check`: any other command. */
  readonly by: 'tests' | 'check'
  /** Run by `sh -c` in the project's root. */
  readonly command: string
  /** How many tests must pass at least; always 0 for a check. */
  readonly testsMin: number
}

/** What the template says of a step, which work on the plan never changes. */
export interface StepDefinition {
  readonly id: string
  readonly title: string
  readonly kind: StepKind
  /** A change that `manual_confirm_for` may name, such as `db_migration`. */
  readonly change: string | null
  readonly proof: Proof | null
  readonly timeLimitSeconds: number
}

interface PhaseDefinition {
  readonly id: string
  readonly title: string
  readonly steps: readonly StepDefinition[]
}

export interface PlanDefinition {
  readonly project: string
  readonly version: string
  readonly phases: readonly PhaseDefinition[]
}

export const planEvents = [
  'plan_started',
  'template_adopted',
  'step_started',
  'attempt_failed',
  'step_proven',
  'step_waiting',
  'step_done',
  'step_failed',
  'step_reset',
  'step_verified',
  'step_regressed',
  'plan_paused',
  'plan_resumed',
  'plan_done',
  'history_archived',
  'rule_proposed',
  'rule_applied',
] as const
export type PlanEvent = (typeof planEvents)[number]

/**
 * One line of history. Nothing but these lines carries state: every status is folded from them.
 *
 * The id is a digest of the rest, so that an edited line is known as such, and two histories
 * that went apart can be joined as sets.
 */
export interface Entry {
  readonly id: string
  /** ISO 8601, UTC, milliseconds; later than every entry before it. */
  readonly at: string
  readonly event: PlanEvent
  readonly step: string | null
  /** The step's status from here on. */
  readonly status: StepStatus | null
  readonly run: string | null
  readonly by: string | null
  readonly reason: string | null
  readonly note: string | null
  /** The step at which the plan stands from here on. */
  readonly current: string | null
}

export type RunOutcome = 'passed' | 'failed' | 'timed_out' | 'no_tests' | 'interrupted'
export const runOutcomes = ['passed', 'failed', 'timed_out', 'no_tests', 'interrupted'] as const

/** One attempt at a proof. The id is a digest of the rest. */
export interface Run {
  readonly id: string
  readonly step: string
  readonly purpose: 'run' | 'verify'
  /** What was run: the step's proof may be another one by now. */
  readonly command: string
  /** 1 for the first attempt, one more for each retry. */
  readonly attempt: number
  /** The back-off that was waited before this attempt; 0 before the first. */
  readonly waitedMs: number
  readonly startedAt: string
  readonly durationMs: number
  readonly outcome: RunOutcome
  /** Null where a signal ended the command. */
  readonly exitCode: number | null
  /** Tests that passed, for a proof by tests. */
  readonly tests: number | null
  /** The commit that was tested; null outside a git checkout. */
  readonly commit: string | null
  /** Whether the working tree differed from that commit; the tracker's own files aside. */
  readonly dirty: boolean
  readonly outputTail: string
}

export interface Step extends StepDefinition {
  readonly status: StepStatus
  /** When the status was reached. */
  readonly at: string | null
  /** The run on which the status rests. */
  readonly run: string | null
  /** Who confirmed, for a step that a person decided. */
  readonly by: string | null
  readonly reason: string | null
}

export interface Phase {
  readonly id: string
  readonly title: string
  readonly status: 'pending' | 'in-progress' | 'done'
  readonly steps: readonly Step[]
}

/** The live state of the plan: what the table and its mirror both hold. */
export interface Plan {
  readonly project: string
  readonly version: string
  readonly status: 'in-progress' | 'paused' | 'done'
  readonly currentPhase: number
  readonly currentStep: string
  readonly phases: readonly Phase[]
  readonly runs: readonly Run[]
  readonly history: readonly Entry[]
}

/** All steps in the plan's order. */
export function stepsOf(plan: Plan): Step[] {
  return plan.phases.flatMap((phase) => phase.steps)
}

/** The phase that a step stands in. */
export function phaseOf(plan: Plan, stepId: string): Phase | undefined {
  return plan.phases.find((phase) => phase.steps.some((step) => step.id === stepId))
}

export function findStep(plan: Plan, stepId: string): Step | undefined {
  return stepsOf(plan).find((step) => step.id === stepId)
}
