import { ok, type Result, stepsOf } from '@eventpass/plan'
import type { AiAnswer, AiContext } from './answer.ts'

export async function startCommand({ plan, paint }: AiContext): Promise<Result<AiAnswer>> {
  const started = await plan.handler.start()
  if (!started.ok) return started
  const { began, plan: state } = started.value
  const steps = stepsOf(state)
  const done = steps.filter((step) => step.status === 'done').length
  if (began) {
    await plan.events.emit({ level: 'info', event: 'plan_started', message: state.project })
  }
  const text = began
    ? `${paint.green('Begun:')} ${state.project} ${state.version}, ${state.phases.length} phases, ${steps.length} steps.\nNext: eventpass ai run, or eventpass ai next\n`
    : `Already begun: ${done} of ${steps.length} steps done. Nothing was changed.\n`
  const json = { began, phases: state.phases.length, steps: steps.length, done }
  return ok({ text, json, exitCode: 0 })
}
