import type { ListRule } from '../manifest.ts'
import { type TimeWindow, windowRelation } from '../time/now.ts'
import { ask, type Case, type Finding, refuse } from './finding.ts'
import { readRule } from './read-rule.ts'
import { momentInWords } from './words.ts'

interface NamedWindow extends TimeWindow {
  readonly of: 'ticket' | 'list'
}

/**
 * The validity of the ticket and the hours of the list (TM10): wholly outside
 * refuses; where the clock cannot tell, a person does. Of several that fail the
 * one that opens soonest is named. An exit skips them (DC2).
 */
export function checkWindows(facts: Case): Finding | null {
  const { now, act } = facts.input
  if (act === 'exit') return null

  const windows = windowsOf(facts)
  const outside = windows
    .filter((window) => windowRelation(now, window) === 'outside')
    .sort((a, b) => waitMs(facts, a) - waitMs(facts, b) || 0)
  const [closest] = outside
  if (closest) return refuse('outside_window', inWords(facts, closest))

  const [unsure] = windows.filter((window) => windowRelation(now, window) === 'overlaps')
  return unsure ? ask('clock_unsure', { whenMs: edgeMs(facts, unsure) }) : null
}

function windowsOf({ ticket, list }: Case): readonly NamedWindow[] {
  const own: readonly NamedWindow[] = ticket
    ? [{ of: 'ticket', fromMs: ticket.validFromMs, untilMs: ticket.validUntilMs }]
    : []
  return [...own, ...list.rules.map(readRule).flatMap((rule) => (rule ? windowOf(rule) : []))]
}

function windowOf(rule: ListRule): readonly NamedWindow[] {
  if (rule.kind !== 'window') return []
  const toleranceMs = rule.toleranceMinutes * 60_000
  return [
    {
      of: 'list',
      fromMs: rule.fromMs === null ? null : rule.fromMs - toleranceMs,
      untilMs: rule.untilMs === null ? null : rule.untilMs + toleranceMs,
    },
  ]
}

/** How long until it opens; a window that has closed never does. */
function waitMs({ input }: Case, { fromMs }: NamedWindow): number {
  const nowMs = input.now?.hiMs ?? 0
  return fromMs !== null && nowMs < fromMs ? fromMs - nowMs : Number.MAX_VALUE
}

/** The edge that a person has to know of: the nearer one. */
function edgeMs({ input }: Case, { fromMs, untilMs }: NamedWindow): number | null {
  if (fromMs === null || untilMs === null) return fromMs ?? untilMs
  const nowMs = input.now?.hiMs ?? fromMs
  return Math.abs(nowMs - fromMs) <= Math.abs(nowMs - untilMs) ? fromMs : untilMs
}

function inWords(facts: Case, window: NamedWindow): Pick<Finding, 'explanation' | 'whenMs'> {
  const early = waitMs(facts, window) < Number.MAX_VALUE
  const whenMs = early ? window.fromMs : window.untilMs
  const at = momentInWords(whenMs, facts.policy.timeZone)
  const subject = window.of === 'ticket' ? 'The ticket' : 'This list'
  const verb = window.of === 'ticket' ? 'is valid' : 'is open'
  return {
    whenMs,
    explanation: `${subject} ${early ? `${verb} from` : `${verb.replace('is', 'was')} until`} ${at}.`,
  }
}
