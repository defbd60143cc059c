import { durationWords, type Plan, phaseOf, type Step } from '@eventpass/plan'

const kindWords = {
  scripted: 'scripted',
  manual: 'by hand',
  manual_confirm: 'scripted, then confirmed',
} as const

/** A step in one line. */
export const stepWords = (step: Step): string =>
  `${step.id} ${step.title} (${kindWords[step.kind]})`

/** What a person or a worker does next about a step. */
export function howToGoOn(step: Step): string {
  if (step.kind === 'manual') return `eventpass ai confirm ${step.id} --reason "what you saw"`
  if (step.status === 'waiting') return `eventpass ai confirm ${step.id}`
  return `eventpass ai run-step ${step.id}`
}

export const ago = (at: string | null, nowMs: number): string =>
  at === null ? 'never' : `${durationWords(Math.max(0, nowMs - Date.parse(at)))} ago`

/** A step for programs. */
export function stepJson(plan: Plan, step: Step): Record<string, unknown> {
  const { id, title, kind, status, at, run, by, reason, change, proof } = step
  const phase = phaseOf(plan, id)?.id ?? null
  return {
    id,
    phase,
    title,
    kind,
    status,
    at,
    run,
    by,
    reason,
    change,
    proof: proof?.command ?? null,
  }
}
