import {
  countCommitsSince,
  nextStep,
  ok,
  openPhaseBefore,
  type Plan,
  phaseOf,
  type Result,
  reportOf,
  stepsOf,
} from '@eventpass/plan'
import type { AiAnswer, AiContext } from './answer.ts'
import { statusScreen } from './status-screen.ts'
import { howToGoOn, stepJson, stepWords } from './step-words.ts'

export async function statusCommand(context: AiContext): Promise<Result<AiAnswer>> {
  const { plan, paint, root, surroundings } = context
  const loaded = await plan.handler.loadMemory()
  if (!loaded.ok) return loaded
  const nowMs = surroundings.nowMs()
  const report = reportOf(loaded.value, plan.learned, nowMs)
  const commit = report.lastProof?.commit ?? null
  const commitsSince = commit === null ? null : await countCommitsSince(root, commit)
  const { columns } = surroundings.stdout
  const text = statusScreen(loaded.value, { paint, nowMs, columns, commitsSince })
  const next = nextStep(loaded.value)
  const json = {
    ...report,
    commitsSince,
    next: next ? stepJson(loaded.value, next) : null,
    steps: stepsJson(loaded.value),
  }
  return ok({ text, json, exitCode: 0 })
}

export async function progressCommand({ plan }: AiContext): Promise<Result<AiAnswer>> {
  const loaded = await plan.handler.loadMemory()
  if (!loaded.ok) return loaded
  const { currentStep, status } = loaded.value
  const phase = phaseOf(loaded.value, currentStep)
  const steps = stepsOf(loaded.value)
  const step = steps.find(({ id }) => id === currentStep)
  const done = steps.filter((one) => one.status === 'done').length
  const inPhase = phase?.steps.filter((one) => one.status === 'done').length ?? 0
  const text = [
    `Phase ${phase?.id} ${phase?.title}: ${inPhase} of ${phase?.steps.length} steps done`,
    `Step  ${step ? `${stepWords(step)}: ${step.status}` : 'none'}`,
    `Plan  ${done} of ${steps.length} steps done, ${status}`,
    '',
  ].join('\n')
  const json = { phase: phase?.id, step: currentStep, status, done, total: steps.length }
  return ok({ text, json, exitCode: 0 })
}

export async function nextCommand({ plan, paint }: AiContext): Promise<Result<AiAnswer>> {
  const loaded = await plan.handler.loadMemory()
  if (!loaded.ok) return loaded
  const step = nextStep(loaded.value)
  if (step === null) {
    return ok({ text: 'Nothing: every step is done.\n', json: { next: null }, exitCode: 0 })
  }
  const paused = loaded.value.status === 'paused'
  const open = openPhaseBefore(loaded.value, step.id)
  const text = [
    `${paint.bold(stepWords(step))}: ${step.status}`,
    ...(step.proof ? [`Proof  ${step.proof.command}`] : []),
    ...(open ? [`Phase ${open.id} is not complete yet.`] : []),
    `Do     ${paused ? 'eventpass ai resume' : howToGoOn(step)}`,
    '',
  ].join('\n')
  const todo = paused ? 'eventpass ai resume' : howToGoOn(step)
  return ok({ text, json: { next: stepJson(loaded.value, step), do: todo }, exitCode: 0 })
}

const stepsJson = (plan: Plan): Record<string, unknown>[] =>
  stepsOf(plan).map((step) => stepJson(plan, step))
