import {
  durationWords,
  failureWords,
  findStep,
  type Run,
  type RunWatcher,
  type Step,
  type StepOutcome,
} from '@eventpass/plan'
import type { AiContext } from './answer.ts'
import type { Paint } from './paint.ts'

/**
 * Shows a run while it goes on: what a proof prints comes through as it is. With `--json` all of it
 * goes to stderr, so that stdout holds the answer alone. `show_progress` governs the lines between.
 */
export function createRunWatcher({ plan, json, paint, surroundings }: AiContext): RunWatcher {
  const screen = json ? surroundings.stderr : surroundings.stdout
  const progress = (text: string): void => {
    if (plan.rules.showProgress) screen.write(`${text}\n`)
  }
  return {
    attempt(step, attempt, attemptsMax) {
      const count = attempt > 1 ? ` · attempt ${attempt} of ${attemptsMax}` : ''
      progress(`${paint.cyan('▶')} ${paint.bold(`${step.id} ${step.title}`)}${count}`)
      progress(paint.dim(`  $ ${step.proof?.command ?? ''}`))
    },
    output: (text) => screen.write(text),
    ended: (step, run) => progress(endLine(paint, step, run)),
    waiting: (_step, ms) => progress(paint.dim(`  trying again in ${durationWords(ms)}`)),
  }
}

function endLine(paint: Paint, step: Step, run: Run): string {
  const took = durationWords(run.durationMs)
  if (run.outcome !== 'passed') return paint.red(`✗ ${step.id} ${failureWords(run)} (${took})`)
  const tests = run.tests === null ? '' : `${run.tests} ${run.tests === 1 ? 'test' : 'tests'}, `
  return paint.green(`✓ ${step.id} holds (${tests}${took})`)
}

/** What became of a step that was run. */
export function outcomeLine(
  paint: Paint,
  { plan, step, run, attempts, passed }: StepOutcome,
): string {
  const tries = attempts === 1 ? '' : ` after ${attempts} attempts`
  if (!passed) return paint.red(`${step.id} ${step.title} ${failureWords(run)}${tries}.`)
  const status = findStep(plan, step.id)?.status
  const words = {
    done: 'done',
    waiting: 'proven, and waits for a person',
    proven: 'proven, and done as soon as the earlier phases are complete',
  }
  const found = Object.entries(words).find(([name]) => name === status)?.[1] ?? status
  return paint.green(`${step.id} ${step.title}: ${found}${tries}.`)
}
