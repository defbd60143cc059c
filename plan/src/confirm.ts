import { confirmProposal, isProposalId, type Learning } from './apply-learned.ts'
import { getStep } from './complete-step.ts'
import type { MemoryHandler } from './memory-handler.ts'
import type { Plan, Step } from './plan.ts'
import type { PlanFiles } from './plan-files.ts'
import { ok, type Result } from './result.ts'
import type { Rules } from './rules-file.ts'
import { isCritical } from './run-step.ts'

export interface Confirmation {
  readonly id: string
  readonly by: string
  readonly reason: string | null
  readonly force: boolean
}

export type Confirmed =
  | { readonly kind: 'step'; readonly plan: Plan; readonly step: Step }
  | { readonly kind: 'rule'; readonly learning: Learning }

export interface ConfirmDeps {
  readonly rules: Rules
  readonly files: PlanFiles
  readonly handler: MemoryHandler
  readonly nowMs: () => number
}

/** Takes a person's word for a step, or for a learned rule that waits. A critical step is backed up first. */
export async function confirm(
  deps: ConfirmDeps,
  { id, by, reason, force }: Confirmation,
): Promise<Result<Confirmed>> {
  if (isProposalId(id)) {
    const learning = await confirmProposal(deps, id, by, reason)
    return learning.ok ? ok({ kind: 'rule', learning: learning.value }) : learning
  }
  const before = await deps.handler.loadMemory()
  if (!before.ok) return before
  const step = getStep(before.value, id)
  if (!step.ok) return step
  if (isCritical(deps.rules, step.value)) await deps.handler.backup('critical')
  const saved = await deps.handler.saveStepComplete(id, { kind: 'confirm', by, reason, force })
  if (!saved.ok) return saved
  const after = getStep(saved.value.plan, id)
  return after.ok ? ok({ kind: 'step', plan: saved.value.plan, step: after.value }) : after
}
