import { type ContactIndex, neighboursOfSeq } from './contacts.ts'
import type { TimeEstimate } from './estimate-time.ts'

/** A challenge is open this long, so a hub's contact may be logged so much after its Ti. */
export const CHALLENGE_OPEN_MS_MAX = 10_000

/** What central holds of one device or hub, as far as finality reads it (TM8). */
export interface LedgerSource {
  readonly kind: 'device' | 'hub'
  readonly contacts: ContactIndex
  /** Its chain (a hub: its whole log) is here without a gap up to this number. */
  readonly throughSeq: number
  /**
   * The last number that may still win: the head at which it was retired or
   * revoked, or the number before a fork. Null while it is active.
   */
  readonly closedAtSeq: number | null
}

/** Times of a slot: its winner, and every other unvoided use of the same list and invitee. */
export interface SlotTimes {
  readonly winner: TimeEstimate
  readonly others: readonly TimeEstimate[]
  /**
   * Undos and refusals of the key. An undo counts by its time (LG6), which a later contact of its
   * device may still show to have been in time.
   */
  readonly acts?: readonly TimeEstimate[]
}

/**
 * Whether nothing that is still under way can take the slot from its winner (TM8).
 *
 * Only a void or a forced act of a person changes it afterwards, or the proof
 * that a device was cloned, which no one could know of before.
 */
export function isFinal(slot: SlotTimes, sources: readonly LedgerSource[]): boolean {
  const { winner } = slot
  // Others are barred from winning, or proven to be later whatever their clocks turn out to say.
  const rivals = slot.others.filter((other) => !other.barred && other.proofLoMs <= winner.hiMs)
  if ([winner, ...rivals].some((time) => time.quarantined)) return false
  if (slot.acts?.some((act) => !act.barred && !Number.isFinite(act.hiMs))) return false
  if (!(finalUpToMs(sources) > winner.hiMs)) return false

  // A hub's log may still hold contacts that would narrow what is here already
  // and so swap two that overlap: wait until they could only be later ones.
  const settledMs = Math.max(...[winner, ...rivals].map((time) => time.proofHiMs))
  const hubs = sources.filter((source) => source.kind === 'hub')
  return finalUpToMs(hubs) > settledMs + CHALLENGE_OPEN_MS_MAX
}

/**
 * Up to which moment (ms since 1970, exclusive) every scan of every source is here (TM8).
 *
 * Infinite without a source that could still send one, -Infinity where nothing
 * is known of some source.
 */
export function finalUpToMs(sources: readonly LedgerSource[]): number {
  return sources.reduce((least, source) => Math.min(least, completeUpToMs(source)), Infinity)
}

/** The latest Ti whose head is here: what is missing of this source was scanned after it. */
function completeUpToMs({ contacts, throughSeq, closedAtSeq }: LedgerSource): number {
  if (closedAtSeq !== null && throughSeq >= closedAtSeq) return Infinity
  return neighboursOfSeq(contacts, throughSeq + 1).before?.tiMs ?? -Infinity
}
