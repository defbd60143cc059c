import type { DecideInput, JustHere } from './decide-input.ts'
import { readList } from './read-frame.ts'

/** How long a code that was just let through is taken for the same scan (DC9). */
export const JUST_ADMITTED_MS_MAX = 10_000

/**
 * The same code in view a moment longer, or a double tap (DC9). A supervisor's
 * force and the tap for a second person on a `many` list are deliberate.
 */
export function isJustAdmitted(input: DecideInput): input is DecideInput & { justHere: JustHere } {
  const { justHere, force, uses } = input
  if (justHere === null || force !== null) return false
  const { use, agoMs } = justHere
  if (!(agoMs >= 0 && agoMs <= JUST_ADMITTED_MS_MAX) || use.act !== input.act) return false
  if (use.gate !== input.gate || use.list !== input.list) return false
  if (use.ruling?.kind === 'voided' || uses.some(({ target }) => target === use.scan)) return false
  return !(input.secondPerson && readList(input.frame, input.list).counting === 'many')
}
