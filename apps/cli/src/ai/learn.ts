import { learn, ok, type Result, type RuleProposal, runsForLearningMin } from '@eventpass/plan'
import type { AiAnswer, AiContext, CommonOptions } from './answer.ts'

export async function learnCommand(
  { plan, paint, surroundings }: AiContext,
  _words: readonly string[],
  options: CommonOptions,
): Promise<Result<AiAnswer>> {
  const deps = { ...plan, nowMs: surroundings.nowMs }
  const learned = await plan.worker.hold(() => learn(deps, options.apply === true))
  if (!learned.ok) return learned
  if (!learned.value.ok) return learned.value
  const { proposed, applied } = learned.value.value
  const lines = [
    ...applied.map((rule) => `${paint.green('In force')}  ${proposalWords(rule)}`),
    ...proposed.map(
      (rule) =>
        `${paint.yellow('Proposed')}  ${proposalWords(rule)}\n          ${howToApply(rule)}`,
    ),
  ]
  const text =
    lines.length === 0
      ? `Nothing to propose from the runs so far; a proposal rests on ${runsForLearningMin} of them at least.\n`
      : `${lines.join('\n')}\n`
  return ok({ text, json: { proposed, applied }, exitCode: 0 })
}

const proposalWords = ({ step, rule, from, to, because, rests_on }: RuleProposal): string =>
  `${step} ${rule} ${from} → ${to}: ${because} (${rests_on.length} runs)`

const howToApply = ({ id, needs_confirm }: RuleProposal): string =>
  needs_confirm ? `eventpass ai confirm ${id}` : 'eventpass ai learn --apply'
