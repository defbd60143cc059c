const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })

/** A moment, ms since 1970, as a time of day where this tablet stands: "19:42". */
export function timeOfDay(ms: number): string {
  // Never broken over two lines: "7:42" alone would be another time.
  return clock.format(ms).replaceAll(' ', '\u00a0')
}
