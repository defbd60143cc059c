import {
  type LearnedRuleName,
  type LearnedRules,
  learnedValue,
  type RuleProposal,
} from './learned-file.ts'
import { type Plan, type Run, type Step, stepsOf } from './plan.ts'
import type { Rules } from './rules-file.ts'
import { isCritical } from './run-step.ts'

/** Fewer runs than this say nothing, and nothing is proposed from them. */
export const runsForLearningMin = 5

/** A time limit or back-off that would change by less than this is left alone. */
const changeMin = 0.25

/** All retries of a step may fail together this often before more of them are proposed. */
const allRetriesFailMax = 0.01

const retryLimitMax = 5
const timeLimitSecondsMin = 30

/** Makes the median absolute deviation comparable with a standard deviation. */
const deviationScale = 1.4826

/**
 * Proposes, step by step, other retry limits, back-offs and time limits than the ones in force.
 *
 * The estimates are robust, so that one odd run moves nothing: the median of durations and their
 * median absolute deviation, and the share of retries that failed again. Each proposal names the
 * runs it rests on. Nothing is applied here.
 */
export function learnRules(plan: Plan, rules: Rules, learned: LearnedRules): RuleProposal[] {
  return stepsOf(plan).flatMap((step) => {
    // What another command took or how often it failed says nothing about the proof of today.
    const runs = plan.runs.filter(
      (run) =>
        run.step === step.id &&
        run.command === step.proof?.command &&
        run.outcome !== 'interrupted',
    )
    const propose = createProposer(step, rules, learned)
    return [...timeLimit(runs, propose), ...retryLimit(runs, propose), ...backoff(runs, propose)]
  })
}

type Propose = (
  rule: LearnedRuleName,
  choose: (from: number) => { readonly to: number; readonly because: string } | null,
  restsOn: readonly Run[],
) => RuleProposal[]

function createProposer(step: Step, rules: Rules, learned: LearnedRules): Propose {
  const inForce: Record<LearnedRuleName, number> = {
    retry_limit: rules.retryLimit,
    retry_backoff_seconds: rules.retryBackoffSeconds,
    time_limit_seconds: step.timeLimitSeconds,
  }
  return (rule, choose, restsOn) => {
    if (restsOn.length < runsForLearningMin) return []
    const from = learnedValue(learned, step.id, rule, inForce[rule])
    const chosen = choose(from)
    if (chosen === null || chosen.to === from) return []
    return [
      {
        id: `learn-${step.id}-${rule}`,
        step: step.id,
        rule,
        from,
        to: chosen.to,
        because: chosen.because,
        rests_on: restsOn.map((run) => run.id),
        needs_confirm: isCritical(rules, step),
      },
    ]
  }
}

/** Six robust deviations above the median, and never less than twice the median. */
function timeLimit(runs: readonly Run[], propose: Propose): RuleProposal[] {
  const passed = runs.filter((run) => run.outcome === 'passed')
  return propose(
    'time_limit_seconds',
    (from) => {
      const seconds = passed.map((run) => run.durationMs / 1000)
      const middle = median(seconds)
      const spread = deviationScale * median(seconds.map((value) => Math.abs(value - middle)))
      const wanted = Math.max(middle + 6 * spread, middle * 2, timeLimitSecondsMin)
      const to = Math.ceil(wanted / 10) * 10
      if (Math.abs(to - from) < from * changeMin) return null
      const because = `${passed.length} passing runs took ${middle.toFixed(1)} s in the median, spread ${spread.toFixed(1)} s`
      return { to, because }
    },
    passed,
  )
}

/** As few retries as make it unlikely that all of them fail together; a single one where none ever helped. */
function retryLimit(runs: readonly Run[], propose: Propose): RuleProposal[] {
  const retries = runs.filter((run) => run.attempt > 1)
  return propose(
    'retry_limit',
    () => {
      const failed = retries.filter((run) => run.outcome !== 'passed').length
      const because = `${failed} of ${retries.length} retries failed again`
      if (failed === retries.length) return { to: 1, because }
      if (failed === 0) return { to: 1, because }
      const needed = Math.ceil(Math.log(allRetriesFailMax) / Math.log(failed / retries.length))
      return { to: Math.min(needed, retryLimitMax), because }
    },
    retries,
  )
}

/** The wait after which retries were seen to succeed, as a first back-off. */
function backoff(runs: readonly Run[], propose: Propose): RuleProposal[] {
  const rescued = runs.filter((run) => run.attempt > 1 && run.outcome === 'passed')
  return propose(
    'retry_backoff_seconds',
    (from) => {
      const to = Math.max(1, Math.round(median(rescued.map((run) => run.waitedMs / 1000))))
      if (Math.abs(to - from) < from * changeMin) return null
      const because = `${rescued.length} retries that succeeded had waited ${to} s in the median`
      return { to, because }
    },
    rescued,
  )
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2
}
