import type { Use } from '../entries/slots.ts'
import type { ListRule } from '../manifest.ts'
import { dayInZone } from '../time/day.ts'
import { ask, type Case, type Finding, refuse } from './finding.ts'
import { nameIn } from './read-frame.ts'
import { readRule } from './read-rule.ts'
import { countInWords } from './words.ts'

/** What one rule says. `waitMs` is how far it is from holding: the least is the closest. */
type RuleOutcome =
  | { readonly kind: 'holds' }
  | { readonly kind: 'unsure' }
  | { readonly kind: 'fails'; readonly waitMs: number; readonly explanation: string }

const holds: RuleOutcome = { kind: 'holds' }
const unsure: RuleOutcome = { kind: 'unsure' }
const broken = fails(Infinity, 'A rule of this list cannot be read here: tell the organiser.')

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

/** The last time that ECMAScript can name; beyond it there is no day. */
const timeMsMax = 8.64e15

/**
 * The conditions of a list (DC4). All must hold; of those that fail the closest
 * is put in words: the one that another gate or the shortest wait would mend.
 *
 * A rule that cannot be evaluated refuses. One that only the clock keeps from
 * being evaluated is a person's to decide, since no clock alone refuses (TM10).
 */
export function checkListRules(facts: Case): Finding | null {
  if (facts.input.act === 'exit') return null
  const outcomes = facts.list.rules.map((rule) => evaluate(readRule(rule), facts))
  const failing = outcomes.filter((outcome) => outcome.kind === 'fails')
  const [closest] = failing.sort((a, b) => (a.waitMs < b.waitMs ? -1 : a.waitMs > b.waitMs ? 1 : 0))
  if (closest) return refuse('rules', { explanation: closest.explanation })
  return outcomes.some(({ kind }) => kind === 'unsure') ? ask('clock_unsure') : null
}

function evaluate(rule: ListRule | null, facts: Case): RuleOutcome {
  switch (rule?.kind) {
    case undefined:
      return broken
    case 'entries_total':
      return entriesTotal(rule.max, facts)
    case 'entries_a_day':
      return entriesADay(rule.max, facts)
    case 'minutes_since_last_entry':
      return minutesSinceLastEntry(rule.min, facts)
    case 'gates':
      return gates(rule.gates, facts)
    case 'categories':
      return categories(rule.categories, facts)
    case 'window':
      // Looked at before, with the validity of the ticket: see checkWindows.
      return holds
  }
}

function entriesTotal(max: number, facts: Case): RuleOutcome {
  const made = entriesOf(facts).length
  return made < max ? holds : fails(Infinity, tooMany(made, 'in all', max))
}

/** Counts by calendar days of the event's zone, so that days of 23 and 25 hours are one day each. */
function entriesADay(max: number, { policy, input, ...facts }: Case): RuleOutcome {
  const today = daysOfNow(input.now, policy.timeZone)
  const days = entriesOf(facts).map((entry) => dayOf(entry.atMs, policy.timeZone))
  if (today === null || days.includes(null)) return broken
  if (max === 0) return fails(Infinity, tooMany(0, 'a day', 0))

  const possible = days.filter((day) => day !== null && today.from <= day && day <= today.until)
  const fullDays = [...new Set(possible)].filter(
    (day) => possible.filter((other) => other === day).length >= max,
  )
  if (fullDays.length === 0) return holds
  if (fullDays.length < today.count) return unsure
  return fails(dayMs, tooMany(max, 'today', max))
}

interface DayRange {
  readonly from: string
  readonly until: string
  readonly count: number
}

/** The days that now can be; every day where nothing is known of now; null where the zone is unknown. */
function daysOfNow(now: Case['input']['now'], timeZone: string): DayRange | null {
  if (dayOf(0, timeZone) === null) return null
  const from = now && dayOf(now.loMs, timeZone)
  const until = now && dayOf(now.hiMs, timeZone)
  if (!from || !until) return { from: '', until: '\uffff', count: Infinity }
  return { from, until, count: (Date.parse(until) - Date.parse(from)) / dayMs + 1 }
}

function dayOf(atMs: number, timeZone: string): string | null {
  return Math.abs(atMs) <= timeMsMax ? dayInZone(atMs, timeZone) : null
}

function minutesSinceLastEntry(min: number, { input, ...facts }: Case): RuleOutcome {
  const times = entriesOf(facts).map(({ atMs }) => atMs)
  if (times.length === 0) return holds
  if (!times.every(Number.isFinite)) return broken
  if (input.now === null) return unsure

  const freeMs = Math.max(...times) + min * minuteMs
  if (input.now.loMs >= freeMs) return holds
  if (!(input.now.hiMs < freeMs)) return unsure
  const waitMs = freeMs - input.now.hiMs
  const wait = countInWords(Math.ceil(waitMs / minuteMs), 'minute', 'minutes')
  return fails(waitMs, `Again in ${wait}: ${min} must go by between entries.`)
}

/** The closest of all: another gate of the event lets them in now. */
function gates(allowed: readonly string[], { input }: Case): RuleOutcome {
  if (allowed.includes(input.gate)) return holds
  const names = allowed.flatMap((gate) => nameIn(input.frame, 'gates', gate) ?? [])
  return fails(0, names.length > 0 ? `Only at ${names.join(', ')}.` : 'Not at this gate.')
}

function categories(allowed: readonly number[], { ticket, input }: Case): RuleOutcome {
  if (!ticket) return broken
  if (ticket.category !== null && allowed.includes(ticket.category)) return holds
  const names = allowed.flatMap((one) => nameIn(input.frame, 'categories', one) ?? [])
  return fails(
    Infinity,
    names.length > 0 ? `Only for ${names.join(', ')}.` : 'Not for this category.',
  )
}

function entriesOf({ uses }: Pick<Case, 'uses'>): readonly Use[] {
  return uses.filter(({ act }) => act === 'entry')
}

function tooMany(made: number, span: string, max: number): string {
  return `Already ${countInWords(made, 'entry', 'entries')} ${span}; ${max} allowed.`
}

function fails(waitMs: number, explanation: string): RuleOutcome {
  return { kind: 'fails', waitMs, explanation }
}
