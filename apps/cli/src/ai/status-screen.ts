import {
  errorsOf,
  findStep,
  nextStep,
  type Phase,
  type Plan,
  type Report,
  reportOf,
  type Step,
  stepsOf,
} from '@eventpass/plan'
import { fitted, labelled } from './lines.ts'
import type { Paint } from './paint.ts'
import { ago, howToGoOn, idList, stepWords } from './step-words.ts'

const barCells = 12
const titleMin = 20
const errorsShownMax = 2

export interface ScreenSettings {
  readonly paint: Paint
  readonly columns: number
  readonly nowMs: number
  /** How many commits came after the one of the last proof; null where that is not known. */
  readonly commitsSince: number | null
}

/**
 * Where the project stands and why that is believed, on one screen: a bar a phase, what is at
 * hand and what comes next, what waits for a person, what does not hold, and the age of the proof.
 */
export function statusScreen(plan: Plan, settings: ScreenSettings): string {
  const report = reportOf(plan, { applied: [], proposed: [] }, settings.nowMs)
  return [
    title(plan, report, settings),
    '',
    ...plan.phases.map((phase) => phaseLine(plan, phase, settings)),
    '',
    ...atHand(plan, report, settings),
    ...waiting(plan, settings),
    ...unproven(report, settings),
    ...errors(plan, settings),
    ...belief(report, settings),
    '',
  ].join('\n')
}

function title(plan: Plan, report: Report, { paint }: ScreenSettings): string {
  const early = report.provenEarly.length + report.waiting.length
  const more = early > 0 ? `, ${early} more proven` : ''
  const state = {
    paused: paint.red('paused'),
    done: paint.green('done'),
    'in-progress': 'in progress',
  }
  const name = paint.bold(`${plan.project} · plan ${plan.version}`)
  return `${name} · ${state[plan.status]} · ${report.stepsDone} of ${report.stepsTotal} steps done${more}`
}

function phaseLine(plan: Plan, phase: Phase, { paint, columns }: ScreenSettings): string {
  const widest = Math.max(...plan.phases.map((one) => one.title.length))
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
  const words = fitted(phase.title, width)
  return `${phase.id.padStart(2)} ${phase.status === 'done' ? paint.green(words) : words} ${bar} ${done}/${all}${note}`
}

function atHand(plan: Plan, report: Report, settings: ScreenSettings): string[] {
  if (plan.status === 'done') return labelled('Now', 'every step is done', settings)
  const current = findStep(plan, plan.currentStep) ?? nextStep(plan)
  const after = afterwards(plan, current)
  return [
    ...now(plan, report, current, settings),
    ...(after ? labelled('Next', shortWords(after), settings) : []),
  ]
}

function now(plan: Plan, report: Report, current: Step | null, settings: ScreenSettings): string[] {
  if (plan.status === 'paused') {
    const pause = plan.history.findLast((entry) => entry.event === 'plan_paused')
    const words = `${pause?.note ?? 'a step failed'} → eventpass ai resume`
    return labelled('Paused', words, settings, settings.paint.red)
  }
  if (current === null) return []
  return labelled('Now', `${shortWords(current)} ${standing(report, current)}`, settings)
}

/** Most steps are scripted, so only the others say what they are. */
const shortWords = (step: Step): string =>
  step.kind === 'scripted' ? `${step.id} ${step.title}` : stepWords(step)

/** The first open step after the one at hand. */
function afterwards(plan: Plan, current: Step | null): Step | null {
  const open = stepsOf(plan).filter(({ status }) => status !== 'done' && status !== 'proven')
  return open.find((step) => step !== current) ?? null
}

function standing({ open }: Report, step: Step): string {
  if (step.status !== 'pending') return `is ${step.status}`
  const tried = open.find((one) => one.step === step.id)
  return tried ? `${tried.what} → ${howToGoOn(step)}` : `→ ${howToGoOn(step)}`
}

function waiting(plan: Plan, settings: ScreenSettings): string[] {
  const steps = stepsOf(plan).filter(({ status }) => status === 'waiting')
  const [first] = steps
  if (!first) return []
  const words =
    steps.length === 1
      ? `${first.id} ${first.title}, proven ${ago(first.at, settings.nowMs)} → ${howToGoOn(first)}`
      : `${idList(steps.map(({ id }) => id))} are proven and want a person → ${howToGoOn(first)}`
  return labelled('Waits', words, settings)
}

function unproven({ open }: Report, settings: ScreenSettings): string[] {
  if (open.length === 0) return []
  const many = open.length > 1
  const words = `${open.length} ${many ? 'steps were' : 'step was'} tried and ${many ? 'do' : 'does'} not hold yet`
  const ids = idList(open.map(({ step }) => step))
  return labelled('Open', `${words}: ${ids}`, settings, settings.paint.yellow)
}

/** The newest failure of each step that failed for good or no longer holds. */
function errors(plan: Plan, settings: ScreenSettings): string[] {
  const { paint, nowMs } = settings
  const broken = stepsOf(plan).filter(({ status }) => status === 'failed' || status === 'regressed')
  const newest = broken
    .flatMap((step) => errorsOf(plan).find((error) => error.step === step.id) ?? [])
    .sort((a, b) => (a.at < b.at ? 1 : -1))
  const shown = newest.slice(0, errorsShownMax).flatMap(({ step, what, at, lastLine }) => {
    const regressed = findStep(plan, step)?.status === 'regressed'
    const label = regressed ? 'Broken' : 'Error'
    const words = regressed ? `no longer holds: it ${what}` : what
    const text = `${step} ${words}, ${ago(at, nowMs)}: ${lastLine}`
    return labelled(label, text, settings, paint.red).slice(0, 1)
  })
  const more = newest.length - shown.length
  return more > 0
    ? [...shown, ...labelled('', `and ${more} more: eventpass ai report`, settings, paint.dim)]
    : shown
}

function belief(report: Report, settings: ScreenSettings): string[] {
  const { doneByProof, doneByWord, provenEarly, proofsDirty, lastProof } = report
  const parts = [
    `${doneByProof} done by proof`,
    ...(doneByWord > 0 ? [`${doneByWord} on a person's word alone`] : []),
    ...(provenEarly.length > 0 ? [`${provenEarly.length} proven early`] : []),
    ...(proofsDirty > 0 ? [`${proofsDirty} with uncommitted changes`] : []),
  ]
  const last = lastProof
    ? `last proof ${ago(lastProof.at, settings.nowMs)}${place(lastProof.commit, settings)}`
    : 'nothing proven yet'
  return labelled('Why', `${parts.join(', ')}; ${last}`, settings)
}

function place(commit: string | null, { commitsSince }: ScreenSettings): string {
  if (commit === null) return ''
  const at = ` at commit ${commit.slice(0, 10)}`
  if (commitsSince === null) return `${at}, which is not in this history`
  if (commitsSince === 0) return `${at}, the present one`
  return `${at}, ${commitsSince === 1 ? '1 commit' : `${commitsSince} commits`} ago`
}
