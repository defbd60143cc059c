const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })

/** A moment, ms since 1970, as a time of day where this tablet stands: "19:42". */
export function timeOfDay(ms: number): string {
  return clock.format(ms)
}
