import type { ScanBody } from '../scan.ts'
import type { Answering } from './decide-input.ts'

/** More than there are things to ask about; a longer chain of attentions is a fault. */
const attentionsMax = 8

/**
 * What a person has said yes to, from the `attention` scans that they were
 * shown: the one that is answered now first, then the one that it answered,
 * and so on; last may stand the admit of a companion who vouches (DC11). Null
 * where these are not a chain of attentions about one code.
 *
 * Each attention names one reason, so nothing is confirmed that was not shown.
 */
export function answeringOf(answered: readonly ScanBody[]): Answering | null {
  const attentions = answered.at(-1)?.verdict === 'admit' ? answered.slice(0, -1) : answered
  const [shown] = attentions
  if (!shown || attentions.length > attentionsMax) return null
  const chained = attentions.every(
    (one, at) =>
      one.verdict === 'attention' &&
      one.digest === shown.digest &&
      one.list === shown.list &&
      one.act === shown.act &&
      one.answers === (answered[at + 1]?.id ?? null),
  )
  if (!chained) return null
  const confirmed = attentions.flatMap(({ reason }) => reason ?? [])
  return { scan: shown.id, digest: shown.digest, list: shown.list, act: shown.act, confirmed }
}
