import { type Plan, phaseOf, type Step } from '@eventpass/plan'

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

/** Ids in the plan's order; three or more that follow each other are a range: `5.1–5.4`. */
export function idList(ids: readonly string[]): string {
  const runs: string[][] = []
  for (const id of ids) {
    const last = runs.at(-1)
    if (last?.at(-1) !== undefined && follows(last.at(-1) ?? '', id)) last.push(id)
    else runs.push([id])
  }
  return runs.map((run) => (run.length < 3 ? run.join(' ') : `${run[0]}–${run.at(-1)}`)).join(' ')
}

function follows(before: string, id: string): boolean {
  const [phase, number] = before.split('.').map(Number)
  return id === `${phase}.${(number ?? 0) + 1}`
}

/** How long ago something was, as roughly as one says it. */
export function ago(at: string | null, nowMs: number): string {
  if (at === null) return 'never'
  const seconds = Math.max(0, Math.round((nowMs - Date.parse(at)) / 1000))
  if (seconds < 60) return `${seconds} s ago`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`
  if (seconds < 2 * 86_400) return `${Math.floor(seconds / 3600)} h ago`
  return `${Math.floor(seconds / 86_400)} days ago`
}

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
