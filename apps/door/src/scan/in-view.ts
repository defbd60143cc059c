/** A code that left the view counts again after this long (DR1). */
export const outOfViewMs = 1_500
/** Text that is no ticket counts only after this many readings of the very same text (DR2). */
export const stableReadsMin = 3
/** Longer text is no code of ours and is never passed on (DR2). */
export const codeLengthMax = 1_024
const codesInViewMax = 16

interface Sighting {
  readonly lastMs: number
  readonly reads: number
  /** It has been handed out as a scan already. */
  readonly taken: boolean
}

/** What the camera has in view: a value, replaced at every frame. */
export type View = ReadonlyMap<string, Sighting>

export const emptyView: View = new Map()

/**
 * Takes in one decoded frame and says which code, if any, is a new scan.
 *
 * Time out of view is counted only between frames that were really looked at: after a stall of
 * the camera, a code that is still there is still the same scan. With `mayTake` false the view is
 * kept up to date while nothing is handed out: a check is running, or a sheet is open.
 */
export function lookAtFrame(
  view: View,
  texts: readonly string[],
  nowMs: number,
  mayTake: boolean,
): { readonly view: View; readonly scan: string | null } {
  const next = new Map<string, Sighting>()
  for (const [text, sighting] of view) {
    const gone = !texts.includes(text) && nowMs - sighting.lastMs >= outOfViewMs
    if (!gone) next.set(text, sighting)
  }

  let scan: string | null = null
  for (const text of texts) {
    if (!isCode(text)) continue
    const before = next.get(text)
    if (before === undefined && next.size >= codesInViewMax) continue
    const reads = (before?.reads ?? 0) + 1
    const due = before?.taken !== true && (looksLikeTicket(text) || reads >= stableReadsMin)
    const take = mayTake && scan === null && due
    if (take) scan = text
    next.set(text, { lastMs: nowMs, reads, taken: take || before?.taken === true })
  }
  return { view: next, scan }
}

/** Whether text has the shape of a ticket's token; only the gate says whether it is one. */
export function looksLikeTicket(text: string): boolean {
  return /(^|[^A-Z0-9])EP1[A-Z2-7]{79}\s*$/i.test(text)
}

/** The one-time code of a pairing link (DV1), or null where the text is none. */
export function pairingCodeOf(text: string): string | null {
  return /#pair=([A-Za-z0-9_-]{16,64})\s*$/.exec(text)?.[1] ?? null
}

function isCode(text: string): boolean {
  return text.trim() !== '' && text.length <= codeLengthMax
}
