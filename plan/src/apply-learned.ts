import { didYouMean } from './did-you-mean.ts'
import { learnRules } from './learn-rules.ts'
import {
  type AppliedRule,
  type LearnedRules,
  type RuleProposal,
  readLearned,
  writeLearned,
} from './learned-file.ts'
import type { MemoryHandler } from './memory-handler.ts'
import type { PlanFiles } from './plan-files.ts'
import { ok, type Result, refused } from './result.ts'
import type { Rules } from './rules-file.ts'

export interface LearnDeps {
  readonly rules: Rules
  readonly files: PlanFiles
  readonly handler: MemoryHandler
  readonly nowMs: () => number
}

export interface Learning {
  readonly proposed: readonly RuleProposal[]
  readonly applied: readonly AppliedRule[]
}

/**
 * Reads the history, writes down what it suggests, and, when told to apply, puts in force what
 * needs nobody's word. Proposals for steps under `manual_confirm_for` wait for `ai confirm`.
 */
export async function learn(deps: LearnDeps, apply: boolean): Promise<Result<Learning>> {
  const plan = await deps.handler.loadMemory()
  if (!plan.ok) return plan
  const before = await readLearned(deps.files)
  if (!before.ok) return before
  const found = learnRules(plan.value, deps.rules, before.value)
  const now = found.filter((proposal) => apply && !proposal.needs_confirm)
  const later = found.filter((proposal) => !now.includes(proposal))
  const applied = now.map((proposal) => inForce(deps, proposal, 'eventpass ai learn --apply', null))
  await save(deps, before.value, applied, later)
  const fresh = later.filter(
    (proposal) => !before.value.proposed.some((known) => sameProposal(known, proposal)),
  )
  return note(deps, { proposed: later, applied }, fresh)
}

/** Puts a waiting proposal in force, on a person's word. */
export async function confirmProposal(
  deps: LearnDeps,
  id: string,
  by: string,
  reason: string | null,
): Promise<Result<Learning>> {
  const before = await readLearned(deps.files)
  if (!before.ok) return before
  const proposal = before.value.proposed.find((known) => known.id === id)
  if (!proposal) {
    const guess = didYouMean(
      id,
      before.value.proposed.map((known) => known.id),
    )
    const hint = guess ? `Did you mean ${guess}?` : 'See what is proposed: eventpass ai learn'
    return refused('unknown_proposal', `There is no proposal "${id}".`, hint)
  }
  const applied = inForce(deps, proposal, by, reason)
  const rest = before.value.proposed.filter((known) => known !== proposal)
  await save(deps, before.value, [applied], rest)
  return note(deps, { proposed: rest, applied: [applied] }, [])
}

/** Whether an id is a proposal's and not a step's. */
export const isProposalId = (id: string): boolean => id.startsWith('learn-')

function inForce(
  { nowMs }: LearnDeps,
  proposal: RuleProposal,
  by: string,
  reason: string | null,
): AppliedRule {
  const at = new Date(nowMs()).toISOString()
  return reason === null ? { ...proposal, at, by } : { ...proposal, at, by, reason }
}

async function save(
  { files }: LearnDeps,
  before: LearnedRules,
  applied: readonly AppliedRule[],
  proposed: readonly RuleProposal[],
): Promise<void> {
  const replaced = new Set(applied.map((rule) => rule.id))
  const kept = before.applied.filter((rule) => !replaced.has(rule.id))
  const after = { applied: [...kept, ...applied], proposed }
  const nothing = after.applied.length === 0 && after.proposed.length === 0
  if (nothing && before.proposed.length === 0) return
  await writeLearned(files, after)
}

async function note(
  { handler }: LearnDeps,
  learning: Learning,
  fresh: readonly RuleProposal[],
): Promise<Result<Learning>> {
  const words = ({ rule, from, to }: RuleProposal) => `${rule} ${from} → ${to}`
  const recorded = await handler.record(() =>
    ok({
      drafts: [
        ...fresh.map((rule) => ({
          event: 'rule_proposed' as const,
          step: rule.step,
          note: words(rule),
        })),
        ...learning.applied.map((rule) => ({
          event: 'rule_applied' as const,
          step: rule.step,
          by: rule.by,
          reason: rule.reason ?? null,
          note: words(rule),
        })),
      ],
    }),
  )
  return recorded.ok ? ok(learning) : recorded
}

const sameProposal = (a: RuleProposal, b: RuleProposal): boolean =>
  a.id === b.id && a.from === b.from && a.to === b.to
