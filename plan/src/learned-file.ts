import { z } from 'zod'
import { type PlanFiles, replaceFile } from './plan-files.ts'
import { ok, type Result } from './result.ts'
import { parseShaped } from './shaped-file.ts'

/** Beside `ai-rules.json`, which the tracker never writes. */
const learnedFile = 'plan/learned-rules.json'

const learnedRuleNames = ['retry_limit', 'retry_backoff_seconds', 'time_limit_seconds'] as const
export type LearnedRuleName = (typeof learnedRuleNames)[number]

const Proposal = z.strictObject({
  /** `learn-<step>-<rule>`: what `ai confirm` takes. */
  id: z.string(),
  step: z.string(),
  rule: z.enum(learnedRuleNames),
  from: z.number(),
  to: z.number().min(0),
  because: z.string(),
  rests_on: z.array(z.string()),
  needs_confirm: z.boolean(),
})

const Applied = Proposal.extend({ at: z.string(), by: z.string(), reason: z.string().optional() })

const LearnedShape = z.strictObject({
  version: z.literal('1.0'),
  applied: z.array(Applied),
  proposed: z.array(Proposal),
})

/** A changed retry limit, back-off or time limit for one step, and the runs it rests on. */
export type RuleProposal = Readonly<z.output<typeof Proposal>>
export type AppliedRule = Readonly<z.output<typeof Applied>>

/** What was learned from the history: in force, and waiting. */
export interface LearnedRules {
  readonly applied: readonly AppliedRule[]
  readonly proposed: readonly RuleProposal[]
}

/** Reads the learned rules; none where there is no file yet. */
export async function readLearned(files: PlanFiles): Promise<Result<LearnedRules>> {
  const text = await files.readText(learnedFile)
  if (text === null) return ok({ applied: [], proposed: [] })
  return parseShaped(learnedFile, text, LearnedShape)
}

/** Writes them in one form, sorted, so that a diff shows what was learned and nothing else. */
export async function writeLearned(files: PlanFiles, learned: LearnedRules): Promise<void> {
  const byId = (a: RuleProposal, b: RuleProposal) => (a.id < b.id ? -1 : 1)
  const applied = learned.applied.toSorted(byId)
  const proposed = learned.proposed.toSorted(byId)
  const text = JSON.stringify({ version: '1.0', applied, proposed }, null, 2)
  await replaceFile(files, learnedFile, `${text}\n`)
}

/** The learned value of a rule for a step, or what the rules say for all. */
export function learnedValue(
  learned: LearnedRules,
  step: string,
  rule: LearnedRuleName,
  otherwise: number,
): number {
  const found = learned.applied.find((known) => known.step === step && known.rule === rule)
  return found?.to ?? otherwise
}
