import {
  failureWords,
  ok,
  type PlanRun,
  probePlan,
  prove,
  type Result,
  type RunnerDeps,
  readGitState,
  runPlan,
  runStep,
  type StepOutcome,
  verifyPlan,
} from '@eventpass/plan'
import type { AiAnswer, AiContext, CommonOptions } from './answer.ts'
import { archiveLine } from './archive.ts'
import { createRunWatcher, outcomeLine } from './run-watcher.ts'
import { howToGoOn, stepJson, stepWords } from './step-words.ts'

/** How often a long proof is looked up from, to see whether a backup is due. */
const backupLookMs = 15_000

export async function runStepCommand(
  context: AiContext,
  [id = '']: readonly string[],
  options: CommonOptions,
): Promise<Result<AiAnswer>> {
  const outcome = await asWorker(context, (deps) =>
    runStep(deps, id, { force: options.force === true, probing: false }),
  )
  if (!outcome.ok) return outcome
  const archived = await archiveLine(context)
  if (!archived.ok) return archived
  const { step, run, attempts, passed } = outcome.value
  const lines = [
    outcomeLine(context.paint, outcome.value),
    ...goOn(outcome.value),
    ...archived.value.lines,
  ]
  return ok({
    text: `${lines.join('\n')}\n`,
    json: {
      step: stepJson(outcome.value.plan, step),
      run,
      attempts,
      passed,
      ...archived.value.json,
    },
    exitCode: exitCodeOf(outcome.value),
  })
}

export async function runCommand(
  context: AiContext,
  _words: readonly string[],
  options: CommonOptions,
): Promise<Result<AiAnswer>> {
  const probe = options.probe === true
  const ran = await asWorker(context, probe ? probePlan : runPlan)
  return ran.ok ? runAnswer(context, ran.value, probe) : ran
}

export async function resumeCommand(context: AiContext): Promise<Result<AiAnswer>> {
  const ran = await asWorker(context, async (deps) => {
    const resumed = await deps.handler.resume()
    if (!resumed.ok) return resumed
    const { wasPaused, interrupted } = resumed.value
    const what = [
      ...(wasPaused ? ['the plan was paused'] : []),
      ...interrupted.map((id) => `${id} was cut off`),
    ]
    const said = what.length > 0 ? what.join(', ') : 'nothing was paused or cut off'
    tell(context, `Resuming: ${said}.\n`)
    return runPlan(deps)
  })
  return ran.ok ? runAnswer(context, ran.value, false) : ran
}

export async function verifyCommand(context: AiContext): Promise<Result<AiAnswer>> {
  const verified = await asWorker(context, verifyPlan)
  if (!verified.ok) return verified
  const { paint } = context
  const { held, regressed, onWord, interrupted } = verified.value
  const text = [
    ...regressed.map(
      ({ step, run }) => `${paint.red('✗')} ${step.id} ${step.title}: ${failureWords(run)}`,
    ),
    `${held.length} still hold, ${regressed.length} no longer, ${onWord.length} rest on a person's word alone${interrupted ? '; interrupted before the end' : ''}.`,
    '',
  ].join('\n')
  const json = {
    held: held.map(({ id }) => id),
    regressed: regressed.map(({ step, run }) => ({ step: step.id, run })),
    onWord: onWord.map(({ id }) => id),
    interrupted,
  }
  return ok({ text, json, exitCode: interrupted ? 130 : regressed.length > 0 ? 2 : 0 })
}

/** Runs work that runs proofs: one worker at a time, with a watch, and backups while it goes on. */
async function asWorker<T>(
  context: AiContext,
  work: (deps: RunnerDeps) => Promise<Result<T>>,
): Promise<Result<T>> {
  const { plan, root, surroundings } = context
  const deps: RunnerDeps = {
    ...plan,
    root,
    environment: surroundings.env,
    prove,
    readGitState,
    nowMs: surroundings.nowMs,
    pause: surroundings.pause,
    signal: surroundings.signal,
    watch: createRunWatcher(context),
  }
  const held = await plan.worker.hold(async () => {
    const backups = setInterval(() => void backUpWhenDue(context), backupLookMs)
    try {
      const result = await work(deps)
      const flushed = await plan.handler.flush()
      return result.ok && !flushed.ok ? flushed : result
    } finally {
      clearInterval(backups)
    }
  })
  return held.ok ? held.value : held
}

/** A backup that cannot be made is told and ends no proof; what it would hold is in table and mirror. */
async function backUpWhenDue({ plan }: AiContext): Promise<void> {
  try {
    await plan.handler.backupWhenDue()
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    await plan.events.emit({ level: 'warn', event: 'backup_failed', message }).catch(() => {})
  }
}

async function runAnswer(
  context: AiContext,
  ran: PlanRun,
  probe: boolean,
): Promise<Result<AiAnswer>> {
  const archived = await archiveLine(context)
  if (!archived.ok) return archived
  const { plan, stopped, at, outcomes } = ran
  const passed = outcomes.filter((outcome) => outcome.passed).length
  const lines = [
    `${passed} of ${outcomes.length} proofs passed.`,
    ...stopLines(ran, probe),
    ...archived.value.lines,
  ]
  const json = {
    stopped,
    at: at ? stepJson(plan, at) : null,
    outcomes: outcomes.map(({ step, run, attempts, passed }) => ({
      step: step.id,
      status: step.status,
      run,
      attempts,
      passed,
    })),
    ...archived.value.json,
  }
  const failed = stopped === 'error' && !probe
  return ok({
    text: `${lines.join('\n')}\n`,
    json,
    exitCode: stopped === 'interrupted' ? 130 : failed ? 2 : 0,
  })
}

function stopLines({ plan, stopped, at, outcomes }: PlanRun, probe: boolean): string[] {
  if (stopped === 'end' || at === null) return ['Every step is done.']
  if (stopped === 'interrupted') {
    return [`Interrupted. Go on with: eventpass ai ${probe ? 'run --probe' : 'resume'}`]
  }
  if (stopped === 'person') return [`Waits for a person: ${stepWords(at)}`, howToGoOn(at)]
  if (stopped === 'no_auto_advance')
    return [
      `${at.id} is ${at.status}. The rules do not move on by themselves; go on with: eventpass ai run`,
    ]
  if (probe) return [`The next open step is ${stepWords(at)}.`]
  const last = outcomes.at(-1)
  const paused =
    plan.status === 'paused'
      ? ['The plan is paused. Mend the cause, then: eventpass ai resume']
      : []
  return [`${at.id} ${last ? failureWords(last.run) : 'failed'}.`, ...paused]
}

function goOn({ passed, plan, step }: StepOutcome): string[] {
  if (passed) return step.status === 'waiting' ? [howToGoOn(step)] : []
  return plan.status === 'paused'
    ? ['The plan is paused. Mend the cause, then: eventpass ai resume']
    : []
}

function exitCodeOf({ run, passed }: StepOutcome): number {
  if (run.outcome === 'interrupted') return 130
  return passed ? 0 : 2
}

function tell({ json, surroundings }: AiContext, text: string): void {
  const screen = json ? surroundings.stderr : surroundings.stdout
  screen.write(text)
}
