/** First wait after a failed pass. */
export const retryMsMin = 1_000
/** Longest wait between two passes while nothing answers: a line that is back is used within it. */
export const retryMsMax = 30_000
/** Between two passes while all is well. */
export const pollMs = 5_000

/**
 * How long to wait after `failures` failed passes in a row (SY6).
 *
 * Doubles from one second up to `retryMsMax`; `random` in [0, 1) takes up to
 * half of it away, so that gates that lost the same line do not return at once.
 */
export function retryDelayMs(failures: number, random: number): number {
  const doublings = Math.min(Math.max(0, failures - 1), 30)
  return jittered(Math.min(retryMsMax, retryMsMin * 2 ** doublings), random)
}

/** A wait that the node asked for, within bounds: at least a second, and jittered upwards. */
export function askedDelayMs(retryMs: number, random: number): number {
  const bounded = Math.min(Math.max(retryMs, retryMsMin), retryMsMax)
  return Math.floor(bounded * (1 + random / 2))
}

/** The idle wait, jittered the same way. */
export function pollDelayMs(random: number): number {
  return jittered(pollMs, random)
}

function jittered(ms: number, random: number): number {
  return Math.floor(ms * (1 - random / 2))
}
