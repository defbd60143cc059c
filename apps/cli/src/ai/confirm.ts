import { confirm, isProposalId, nextStep, ok, type Result, refused } from '@eventpass/plan'
import type { AiAnswer, AiContext, CommonOptions } from './answer.ts'
import { archiveLine } from './archive.ts'
import { stepJson, stepWords } from './step-words.ts'

export async function confirmCommand(
  context: AiContext,
  [id = '']: readonly string[],
  options: CommonOptions,
): Promise<Result<AiAnswer>> {
  const { plan, surroundings, paint } = context
  const deps = { ...plan, nowMs: surroundings.nowMs }
  const take = () =>
    confirm(deps, {
      id,
      by: options.by ?? surroundings.userName,
      reason: options.reason ?? null,
      force: options.force === true,
    })
  // A learned rule changes under nobody who works by it; a step may be confirmed at any time.
  const taken = isProposalId(id) ? await plan.worker.hold(take) : ok(await take())
  if (!taken.ok) return taken
  const confirmed = taken.value
  if (!confirmed.ok) return confirmed
  if (confirmed.value.kind === 'rule') {
    const [rule] = confirmed.value.learning.applied
    if (!rule)
      return refused('unknown_proposal', `Nothing was applied for ${id}.`, 'eventpass ai learn')
    const text = `${paint.green('In force:')} ${rule.rule} of ${rule.step} is ${rule.to} (was ${rule.from}).\n`
    return ok({ text, json: { applied: rule }, exitCode: 0 })
  }
  const { step } = confirmed.value
  await plan.events.emit({
    level: 'info',
    event: 'step_confirmed',
    step: step.id,
    message: `${step.id} ${step.title} confirmed by ${step.by}`,
  })
  const archived = await archiveLine(context)
  if (!archived.ok) return archived
  const next = nextStep(confirmed.value.plan)
  const text = [
    `${paint.green('Done:')} ${step.id} ${step.title}, on the word of ${step.by}${step.run ? ', after its proof' : ', without a proof'}.`,
    next ? `Next: ${stepWords(next)}` : 'Every step is done.',
    ...archived.value.lines,
    '',
  ].join('\n')
  const json = {
    step: stepJson(confirmed.value.plan, step),
    next: next?.id ?? null,
    ...archived.value.json,
  }
  return ok({ text, json, exitCode: 0 })
}
