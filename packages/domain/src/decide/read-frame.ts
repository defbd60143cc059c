import type { ListId } from '../ids.ts'
import type { CheckInList, Policy } from '../manifest.ts'

/** Stands for a list that could not be read; see `checkReadable`. */
export const unreadableList: CheckInList = {
  id: '' as ListId,
  name: '',
  counting: 'once',
  reEntry: false,
  categories: null,
  unpaid: 'refuse',
  rules: [],
  question: null,
}

/**
 * The list as it can be trusted, or `unreadableList` where it is missing or cannot be read.
 *
 * A frame comes from central as JSON, perhaps from a newer one. Whatever this
 * version cannot read must refuse (DC4), so nothing is guessed here. Its rules
 * are read one by one later: a broken rule is named, not the whole list.
 */
export function readList(frame: unknown, id: ListId): CheckInList {
  const lists = isRecord(frame) ? frame.lists : null
  if (!Array.isArray(lists)) return unreadableList
  const list: unknown = lists.find((one) => isRecord(one) && one.id === id)
  return isList(list) ? list : unreadableList
}

/** The event's choices; the strictest where one cannot be read. */
export function readPolicy(frame: unknown): Policy {
  const policy = isRecord(frame) && isRecord(frame.policy) ? frame.policy : {}
  return {
    unlisted: readWho(policy.unlisted),
    byName: readWho(policy.byName),
    replicaAgeMsMax: readAgeMax(policy.replicaAgeMsMax),
    timeZone: typeof policy.timeZone === 'string' ? policy.timeZone : '',
  }
}

/** A gate's or a category's name for an explanation; null where there is none. */
export function nameIn(frame: unknown, table: 'gates' | 'categories', key: unknown): string | null {
  const rows = isRecord(frame) ? frame[table] : null
  if (!Array.isArray(rows)) return null
  const found: unknown =
    table === 'categories'
      ? rows[Number(key)]
      : rows.find((row) => isRecord(row) && row.id === key)?.name
  return typeof found === 'string' ? found : null
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

export function isArrayOf(value: unknown, type: 'string' | 'number'): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === type)
}

function isList(value: unknown): value is CheckInList {
  if (!isRecord(value)) return false
  const { counting, reEntry, categories, unpaid, rules, question, gives } = value
  return (
    (counting === 'once' || counting === 'stay' || counting === 'many') &&
    typeof reEntry === 'boolean' &&
    (categories === null || isArrayOf(categories, 'number')) &&
    (unpaid === 'refuse' || unpaid === 'ask') &&
    Array.isArray(rules) &&
    (question === null || typeof question === 'string') &&
    (gives === undefined || (gives === 'gift' && counting === 'once'))
  )
}

function readWho(value: unknown): Policy['unlisted'] {
  return value === 'supervisor' || value === 'steward' ? value : 'refuse'
}

/** A limit that cannot be read is one that every replica is past. */
function readAgeMax(value: unknown): number | null {
  if (value === null) return null
  return typeof value === 'number' && value >= 0 ? value : -1
}
