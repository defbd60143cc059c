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

/** `1 entry`, `2 entries`. */
export function countInWords(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`
}
