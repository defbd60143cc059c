import { advancing, appendHistory } from './append-history.ts'
import { didYouMean } from './did-you-mean.ts'
import type { EntryDraft } from './history.ts'
import { openPhaseBefore } from './next-step.ts'
import { findStep, type Plan, type Run, type Step, stepsOf } from './plan.ts'
import { ok, type Result, refused } from './result.ts'
import type { Rules } from './rules-file.ts'

/** Why a step may be called complete: a run that passed, or a person's word. */
export type CompletionMeta =
  | { readonly kind: 'run'; readonly run: Run; readonly force: boolean }
  | {
      readonly kind: 'confirm'
      readonly by: string
      readonly reason: string | null
      readonly force: boolean
    }

export interface Completion {
  readonly drafts: readonly EntryDraft[]
  /** Whether the plan moves on by itself, as `auto_advance_when` says. */
  readonly advances: boolean
}

/** Finds a step, or says which one may have been meant. */
export function getStep(plan: Plan, stepId: string): Result<Step> {
  const step = findStep(plan, stepId)
  if (step) return ok(step)
  const guess = didYouMean(
    stepId,
    stepsOf(plan).map((known) => known.id),
  )
  const hint = guess ? `Did you mean ${guess}?` : 'All steps: eventpass ai status'
  return refused('unknown_step', `There is no step "${stepId}".`, hint)
}

/** Whether a step, proven or not, is done only when a person has said so. */
export function needsPerson(rules: Rules, step: Pick<Step, 'kind' | 'change'>): boolean {
  if (step.kind !== 'scripted') return true
  return step.change !== null && rules.manualConfirmFor.includes(step.change)
}

/**
 * Decides what a proof or a person's word makes of a step: done, waiting for its person, or
 * proven while an earlier phase is open. A phase that becomes complete by it opens the next, whose
 * proven steps move up in the same change.
 */
export function completeStep(
  plan: Plan,
  rules: Rules,
  stepId: string,
  meta: CompletionMeta,
  nowMs: number,
): Result<Completion> {
  const found = getStep(plan, stepId)
  if (!found.ok) return found
  const step = found.value
  if (meta.force && !rules.allowForceAdvance) return forceNotAllowed()

  const early = earlierPhase(plan, rules, step, meta.force)
  const draft =
    meta.kind === 'run'
      ? ok(afterRun(rules, step, meta.run, early))
      : afterConfirm(rules, step, meta, early)
  if (!draft.ok) return draft

  const opened = moveUp(plan, rules, [forced(draft.value, meta.force)], nowMs)
  const advances = meta.kind === 'confirm' || advancesBy(rules, step)
  return ok({ drafts: advances ? advancing(plan, opened, nowMs) : opened, advances })
}

/** Why an earlier phase keeps this step from being done; null where nothing does. */
function earlierPhase(plan: Plan, rules: Rules, step: Step, force: boolean): string | null {
  if (!rules.requireCompletePrevious || force) return null
  const open = openPhaseBefore(plan, step.id)
  return open ? `phase ${open.id} (${open.title}) is not complete` : null
}

function afterRun(rules: Rules, step: Step, run: Run, early: string | null): EntryDraft {
  if (early !== null) {
    return { event: 'step_proven', step: step.id, status: 'proven', run: run.id, note: early }
  }
  return afterProof(rules, step, run.id)
}

function afterProof(rules: Rules, step: Step, run: string | null): EntryDraft {
  return needsPerson(rules, step)
    ? { event: 'step_waiting', step: step.id, status: 'waiting', run }
    : { event: 'step_done', step: step.id, status: 'done', run }
}

function afterConfirm(
  rules: Rules,
  step: Step,
  meta: Extract<CompletionMeta, { kind: 'confirm' }>,
  early: string | null,
): Result<EntryDraft> {
  if (step.status === 'done') {
    const whose = step.by === null ? 'by its proof' : `on the word of ${step.by}`
    const message = `${step.id} is done already, ${whose} (${step.at}). Nothing was changed.`
    return refused('already_done', message, 'To prove again what is done: eventpass ai verify')
  }
  if (early !== null) {
    const hint = 'Complete the earlier phase first: eventpass ai next'
    return refused('earlier_phase_open', `${step.id} cannot be confirmed yet: ${early}.`, hint)
  }
  if (step.proof !== null && !(step.status === 'waiting' || step.status === 'proven')) {
    return refused(
      needsPerson(rules, step) ? 'not_proven' : 'has_proof',
      `${step.id} has a proof that has not passed; nobody's word stands in for it.`,
      `Run it: eventpass ai run-step ${step.id}`,
    )
  }
  const reason = meta.reason?.trim() ?? ''
  if (step.proof === null && reason === '') {
    return refused(
      'needs_reason',
      `${step.id} has no proof, so its confirmation needs a reason.`,
      `eventpass ai confirm ${step.id} --reason "what you saw"`,
    )
  }
  return ok({
    event: 'step_done',
    step: step.id,
    status: 'done',
    run: step.run,
    by: meta.by,
    reason: reason === '' ? null : reason,
  })
}

/** Brings up the proven steps of every phase that opens, phase after phase. */
function moveUp(plan: Plan, rules: Rules, first: EntryDraft[], nowMs: number): EntryDraft[] {
  const drafts = [...first]
  for (;;) {
    const now = appendHistory(plan, drafts, [], nowMs)
    const ready = stepsOf(now).filter(
      (step) => step.status === 'proven' && earlierPhase(now, rules, step, false) === null,
    )
    if (ready.length === 0) {
      return now.status === 'done' ? [...drafts, { event: 'plan_done' }] : drafts
    }
    drafts.push(...ready.map((step) => afterProof(rules, step, step.run)))
  }
}

function advancesBy(rules: Rules, step: Step): boolean {
  const kind = step.proof?.by === 'tests' ? 'unit_tests_passed' : 'scripted'
  return rules.autoAdvanceWhen.includes(kind)
}

const forced = (draft: EntryDraft, force: boolean): EntryDraft =>
  force ? { ...draft, note: 'forced past an open phase' } : draft

export const forceNotAllowed = (): Result<never> =>
  refused(
    'force_not_allowed',
    'The rules do not allow to force the plan forward.',
    'Complete the earlier phase, or set cli_behavior.allow_force_advance in plan/ai-rules.json',
  )
