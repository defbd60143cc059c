const formatters = new Map<string, Intl.DateTimeFormat | null>()

/** More zones than one process meets; past it the memory starts anew. */
const formattersMax = 64

/** Beyond this ECMAScript has no dates. */
const dateMsMax = 8.64e15

/**
 * Calendar day in a time zone, as `2026-03-29`.
 *
 * Null for a zone that is not an IANA name known here and for a time that
 * no calendar reaches: the caller decides which way to fail. Days of 23 and 25 hours
 * come out right, since the zone's own rules name the day (DC4).
 */
export function dayInZone(atMs: number, timeZone: string): string | null {
  const formatter = Math.abs(atMs) < dateMsMax ? formatterOf(timeZone) : null
  if (!formatter) return null
  const [month, day, year] = formatter.format(atMs).split('/')
  return `${year}-${month}-${day}`
}

function formatterOf(timeZone: string): Intl.DateTimeFormat | null {
  const known = formatters.get(timeZone)
  if (known !== undefined) return known
  if (formatters.size >= formattersMax) formatters.clear()
  const made = makeFormatter(timeZone)
  formatters.set(timeZone, made)
  return made
}

function makeFormatter(timeZone: string): Intl.DateTimeFormat | null {
  try {
    // American English is in every build of ICU and writes 03/29/2026.
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    })
  } catch {
    return null
  }
}
