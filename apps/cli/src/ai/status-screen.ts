import {
  errorsOf,
  findStep,
  lastProofOf,
  nextStep,
  type Phase,
  type Plan,
  reportOf,
  type Step,
  stepsOf,
} from '@eventpass/plan'
import type { Paint } from './paint.ts'
import { ago, howToGoOn, stepWords } from './step-words.ts'

const barCells = 12
const titleMin = 20
const errorsShownMax = 3

export interface ScreenSettings {
  readonly paint: Paint
  readonly columns: number
  readonly nowMs: number
}

/**
 * Where the project stands and why that is believed, on one screen: a bar a phase, what is at
 * hand and what comes next, what waits for a person, what failed last, and the age of the proof.
 */
export function statusScreen(plan: Plan, settings: ScreenSettings): string {
  const { paint } = settings
  const steps = stepsOf(plan)
  const done = steps.filter((step) => step.status === 'done').length
  const title = `${plan.project} · plan ${plan.version} · ${stateWords(plan, paint)}`
  return [
    `${paint.bold(title)} · ${done} of ${steps.length} steps done`,
    '',
    ...plan.phases.map((phase) => phaseLine(plan, phase, settings)),
    '',
    ...atHand(plan, settings),
    ...waiting(plan, settings),
    ...regressed(plan, settings),
    ...errors(plan, settings),
    belief(plan, settings),
    '',
  ].join('\n')
}

const stateWords = (plan: Plan, paint: Paint): string =>
  plan.status === 'paused'
    ? paint.red('paused')
    : plan.status === 'done'
      ? paint.green('done')
      : 'in progress'

function phaseLine(plan: Plan, phase: Phase, { paint, columns }: ScreenSettings): string {
  const widest = Math.max(...plan.phases.map(({ title }) => title.length))
  const width = Math.max(titleMin, Math.min(widest, columns - barCells - 24))
  const done = phase.steps.filter(({ status }) => status === 'done').length
  const early = phase.steps.filter(
    ({ status }) => status === 'proven' || status === 'waiting',
  ).length
  const all = phase.steps.length
  const full = Math.floor((done / all) * barCells)
  const half = Math.floor(((done + early) / all) * barCells) - full
  const bar = `${paint.green('█'.repeat(full))}${paint.yellow('▒'.repeat(half))}${paint.dim('░'.repeat(barCells - full - half))}`
  const note = early > 0 ? paint.yellow(` +${early} proven`) : ''
  const title = fitted(phase.title, width)
  return `${phase.id.padStart(2)} ${phase.status === 'done' ? paint.green(title) : title} ${bar} ${done}/${all}${note}`
}

function atHand(plan: Plan, { paint }: ScreenSettings): string[] {
  if (plan.status === 'done') return [line(paint, 'Now', 'every step is done')]
  const pause = plan.history.findLast((entry) => entry.event === 'plan_paused')
  const paused =
    plan.status === 'paused'
      ? [
          line(
            paint,
            'Paused',
            `${paint.red(pause?.note ?? 'a step failed')} → eventpass ai resume`,
          ),
        ]
      : []
  const current = findStep(plan, plan.currentStep) ?? nextStep(plan)
  const after = afterwards(plan, current)
  const now = current ? [line(paint, 'Now', `${stepWords(current)}${standing(current)}`)] : []
  return [...paused, ...now, ...(after ? [line(paint, 'Next', stepWords(after))] : [])]
}

/** The first open step after the one at hand, or the one at hand's own successor in order. */
function afterwards(plan: Plan, current: Step | null): Step | null {
  const open = stepsOf(plan).filter(({ status }) => status !== 'done' && status !== 'proven')
  return open.find((step) => step !== current) ?? null
}

function standing(step: Step): string {
  if (step.status === 'pending') return `: ${howToGoOn(step)}`
  return `: ${step.status}`
}

function waiting(plan: Plan, { paint, nowMs }: ScreenSettings): string[] {
  return stepsOf(plan)
    .filter(({ status }) => status === 'waiting')
    .map((step) =>
      line(
        paint,
        'Waits',
        `${step.id} ${step.title}, proven ${ago(step.at, nowMs)} → ${howToGoOn(step)}`,
      ),
    )
}

function regressed(plan: Plan, { paint, nowMs }: ScreenSettings): string[] {
  return stepsOf(plan)
    .filter(({ status }) => status === 'regressed')
    .map((step) =>
      line(
        paint,
        'Broken',
        paint.red(`${step.id} ${step.title} no longer holds, seen ${ago(step.at, nowMs)}`),
      ),
    )
}

/** The last failures of steps that have not passed since. */
function errors(plan: Plan, { paint, columns, nowMs }: ScreenSettings): string[] {
  const open = stepsOf(plan).filter(({ status }) => !['done', 'proven', 'waiting'].includes(status))
  const openIds = new Set(open.map(({ id }) => id))
  const newestByStep = new Map(
    errorsOf(plan.runs)
      .filter(({ step }) => openIds.has(step))
      .toReversed()
      .map((error) => [error.step, error]),
  )
  const newest = [...newestByStep.values()].sort((a, b) => (a.at < b.at ? 1 : -1))
  const shown = newest.slice(0, errorsShownMax).map(({ step, what, at, lastLine }) => {
    const text = `${step} ${what}, ${ago(at, nowMs)}: ${lastLine}`
    return line(paint, 'Error', paint.red(clipped(text, columns - 9)))
  })
  const more = newest.length - shown.length
  return more > 0
    ? [...shown, line(paint, '', paint.dim(`and ${more} more: eventpass ai report`))]
    : shown
}

function belief(plan: Plan, { paint, nowMs }: ScreenSettings): string {
  const { doneByProof, doneByWord, provenEarly } = reportOf(
    plan,
    { applied: [], proposed: [] },
    nowMs,
  )
  const proof = lastProofOf(plan)
  const words = doneByWord > 0 ? `, ${doneByWord} on a person's word alone` : ''
  const early =
    provenEarly.length > 0 ? `, ${provenEarly.length} proven ahead of an open phase` : ''
  const last =
    proof === null
      ? 'nothing proven yet'
      : `last proof ${ago(proof.at, nowMs)}${proof.commit ? ` at ${proof.commit.slice(0, 10)}` : ''}${proof.dirty ? ' with uncommitted changes' : ''}`
  return line(paint, 'Why', `${doneByProof} done by proof${words}${early}; ${last}`)
}

const line = (paint: Paint, label: string, text: string): string =>
  `${paint.cyan(label.padEnd(8))} ${text}`

const clipped = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(1, width - 1))}…`

const fitted = (text: string, width: number): string => clipped(text, width).padEnd(width)
