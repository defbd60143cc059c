import type { ListRule } from '../manifest.ts'
import { isArrayOf, isRecord } from './read-frame.ts'

/** The rule, or null where it is of a kind or form that this version cannot evaluate (DC4). */
export function readRule(rule: unknown): ListRule | null {
  return isListRule(rule) ? rule : null
}

function isListRule(rule: unknown): rule is ListRule {
  if (!isRecord(rule)) return false
  switch (rule.kind) {
    case 'entries_total':
    case 'entries_a_day':
      return isAmount(rule.max) && Number.isInteger(rule.max)
    case 'minutes_since_last_entry':
      return isAmount(rule.min)
    case 'gates':
      return isArrayOf(rule.gates, 'string')
    case 'categories':
      return isArrayOf(rule.categories, 'number')
    case 'window':
      return isWindow(rule.fromMs, rule.untilMs) && isAmount(rule.toleranceMinutes)
    default:
      return false
  }
}

function isAmount(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}

/** A window that closes before it opens is a mistake of whoever set it, not a window. */
function isWindow(fromMs: unknown, untilMs: unknown): boolean {
  if (!isEdge(fromMs) || !isEdge(untilMs)) return false
  return fromMs === null || untilMs === null || fromMs <= untilMs
}

function isEdge(value: unknown): value is number | null {
  return value === null || (typeof value === 'number' && Number.isFinite(value))
}
