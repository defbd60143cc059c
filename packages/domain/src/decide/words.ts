/** A moment for staff, in the event's zone: `29 Mar, 20:00`. */
export function momentInWords(atMs: number | null, timeZone: string): string {
  try {
    const format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      day: 'numeric',
      month: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
    return format.format(atMs ?? Number.NaN)
  } catch {
    // A zone or a time that this engine cannot show must not stop a decision.
    return 'a time that is not known here'
  }
}

/** A count with its noun: `1 scan`, `38 scans`, `1,204 people`. */
export function countInWords(count: number, one: string, many: string): string {
  return `${numberInWords(count)} ${count === 1 ? one : many}`
}

/** A whole number with its thousands set apart. */
export function numberInWords(count: number): string {
  return count.toLocaleString('en-GB')
}
