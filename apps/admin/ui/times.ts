/** A time of day in the event's zone, to the second, with the day where it is not today's. */
export function timeInWords(
  ms: number,
  timeZone: string | undefined,
  nowMs: number = Date.now(),
): string {
  const dayOf = (of: number) => new Intl.DateTimeFormat('en-CA', { timeZone }).format(of)
  const sameDay = dayOf(ms) === dayOf(nowMs)
  return new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    ...(sameDay ? {} : { day: 'numeric', month: 'short' }),
  }).format(ms)
}
