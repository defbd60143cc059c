import type { DeviceRole } from '../scan.ts'
import { foldName } from './fold-name.ts'

/** More words than any name has; further ones are left out. */
const termsMax = 8
const queryLengthMax = 200
/** More hits than a person reads: a search that has as many may have left some out. */
export const searchHitsMax = 30

/** Fewer letters would show a steward the guest list (scenario 38). A kiosk has no search. */
export const searchLettersMin: Readonly<Record<DeviceRole, number>> = {
  steward: 4,
  supervisor: 2,
  kiosk: Number.POSITIVE_INFINITY,
}

/** One sign says as much as two letters: a whole name is often two or three of them. */
const sign = /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]/u

/** The folded words of a query, each to be found somewhere in the name, in any order. */
export function searchTerms(query: string): readonly string[] {
  const words = foldName(query.slice(0, queryLengthMax)).split(/[^\p{L}\p{N}\p{M}]+/u)
  return [...new Set(words.filter((word) => word !== ''))].slice(0, termsMax)
}

/** Whether a query has letters enough for the role to search with. */
export function isLongEnough(query: string, role: DeviceRole): boolean {
  const letters =
    query
      .slice(0, queryLengthMax)
      .normalize('NFC')
      .match(/[\p{L}\p{N}]/gu) ?? []
  const weight = letters.reduce((total, letter) => total + (sign.test(letter) ? 2 : 1), 0)
  return weight >= searchLettersMin[role]
}

/** Whether a name is found by a query. No words find nothing. */
export function matchesName(name: string, query: string): boolean {
  const folded = foldName(name)
  const terms = searchTerms(query)
  return terms.length > 0 && terms.every((term) => folded.includes(term))
}

/**
 * The same as `matchesName` for SQLite: patterns that must all hold, over
 * `coalesce(fold, lower(name)) LIKE ?`. Empty where the query has no words, and
 * then nothing may be listed.
 *
 * Nothing needs to be escaped: terms hold letters, digits and marks alone.
 */
export function likePatterns(query: string): readonly string[] {
  return searchTerms(query).map((term) => `%${term}%`)
}
