import { extendPlan } from './fold-plan.ts'
import { type EntryDraft, inTimeOrder, sealEntry } from './history.ts'
import { nextStep } from './next-step.ts'
import type { Entry, Plan, Run } from './plan.ts'

/**
 * Adds lines to the history and carries the plan on.
 *
 * Each line's time is later than the one before it, also where the machine's clock was set back:
 * the order of a history is the order of its times.
 */
export function appendHistory(
  plan: Plan,
  drafts: readonly EntryDraft[],
  runs: readonly Run[],
  nowMs: number,
): Plan {
  let lastMs = Date.parse(plan.history.at(-1)?.at ?? '1970-01-01T00:00:00.000Z')
  const added = drafts.map((draft): Entry => {
    lastMs = Math.max(nowMs, lastMs + 1)
    return sealEntry(draft, new Date(lastMs).toISOString())
  })
  return extendPlan(plan, added, inTimeOrder(plan.runs, runs))
}

/** The same lines, with the last one also moving the plan's pointer to the next open step. */
export function advancing(plan: Plan, drafts: readonly EntryDraft[], nowMs: number): EntryDraft[] {
  const next = nextStep(appendHistory(plan, drafts, [], nowMs))
  return drafts.map((draft, at) =>
    at === drafts.length - 1 && next ? { ...draft, current: next.id } : draft,
  )
}
