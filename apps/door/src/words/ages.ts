const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** A length of time as staff say it: "12 s", "9 min", "3 h", "2 days". Takes ms, never below zero. */
export function ageInWords(ms: number): string {
  if (ms < minuteMs) return `${Math.max(0, Math.floor(ms / 1_000))} s`
  if (ms < hourMs) return `${Math.floor(ms / minuteMs)} min`
  if (ms < 2 * dayMs) return `${Math.floor(ms / hourMs)} h`
  return `${Math.floor(ms / dayMs)} days`
}

/** Bytes as a person reads them on a progress bar: "0.4 MB", "36 MB". */
export function bytesInWords(bytes: number): string {
  const megabytes = bytes / 1_000_000
  return megabytes < 10 ? `${megabytes.toFixed(1)} MB` : `${Math.round(megabytes)} MB`
}
