import type { Contact, Quarantine, Scan } from '../scan.ts'
import { type ContactIndex, type Neighbours, neighboursOfSeq } from './contacts.ts'
import type { Interval } from './order.ts'

/** ρ: how far a monotonic clock may run wrong, as a fraction (200 ppm). */
export const DRIFT_MAX = 200e-6

/** Clocks are written in whole ms, so the difference of two readings may be this much too large. */
export const CLOCK_QUANTUM_MS = 1

/** By how much bounds may cross before they contradict each other (TM4). */
const CROSSING_MS_MAX = 1

/** Up to this width the middle of an interval is good enough (TM5). */
const NARROW_MS_MAX = 2_000

/** What a wall clock may be off beyond round trips and drift and still be believed (TM5). */
const WALL_SLACK_MS = 1_000

/**
 * When a scan happened, in trusted time: whole ms since 1970.
 *
 * The true time lies in `[loMs, hiMs]`. Bounds are infinite where no contact
 * stands on that side, and so may be the estimate: `hiMs` without one after it.
 */
export interface TimeEstimate {
  readonly loMs: number
  readonly hiMs: number
  readonly estimateMs: number
  /** L and U of TM1, which rest on no clock of the device. */
  readonly proofLoMs: number
  readonly proofHiMs: number
  /** Counts, but sorts last and never wins (TM4, TM6, TM8). */
  readonly quarantined: boolean
  /** TM2 or TM4: the clocks of the device contradict its chain or its contacts. */
  readonly contradictory: boolean
  /** Never wins, whatever its time turns out to be: beyond a retirement or a fork, or invalid (TM8). */
  readonly barred: boolean
}

/** What a scan says of its own time. */
export interface ScanClock {
  readonly seq: number
  readonly epoch: number
  readonly monoMs: number
  readonly wallMs: number
  readonly quarantine: Quarantine | null
}

export function scanClock(scan: Scan): ScanClock {
  const { seq, epoch, monoMs, wallMs } = scan.body
  return { seq, epoch, monoMs, wallMs, quarantine: scan.quarantine }
}

/**
 * Bounds and estimates the true time of a scan from contacts alone (TM1–TM5).
 *
 * A function of the set of contacts: `indexContacts` sorts and reduces it. The
 * wall clock of the device only ever moves the estimate within the bounds.
 */
export function estimateTime(clock: ScanClock, contacts: ContactIndex): TimeEstimate {
  const around = neighboursOfSeq(contacts, clock.seq)
  const bounds = boundsBetween(clock, around)
  const contradictory = clock.quarantine === 'clock' || bounds.contradictory
  const proof = outwards(proofBounds(around))
  const { loMs, hiMs } = contradictory ? proof : bounds
  return {
    loMs,
    hiMs,
    estimateMs: contradictory
      ? (around.after?.trMs ?? Infinity)
      : estimateWithin(loMs, hiMs, clock.wallMs, around),
    proofLoMs: proof.loMs,
    proofHiMs: proof.hiMs,
    quarantined: contradictory || clock.quarantine !== null,
    contradictory,
    barred: clock.quarantine !== null && clock.quarantine !== 'clock',
  }
}

interface Bounds extends Interval {
  readonly contradictory: boolean
}

/**
 * Bounds of a moment between two contacts (TM1–TM4).
 *
 * One-sided on purpose: monotonic time may stop while a tablet sleeps, so it
 * proves that at least so much time went by, never that no more did.
 */
export function boundsBetween(
  clock: { readonly epoch: number; readonly monoMs: number },
  { before, after }: Neighbours,
): Bounds {
  let { loMs, hiMs } = proofBounds({ before, after })
  let contradictory =
    (before !== null && before.epoch > clock.epoch) || (after !== null && after.epoch < clock.epoch)

  if (before && before.epoch === clock.epoch) {
    loMs = Math.max(loMs, before.tiMs + elapsedMsMin(before.monoMs, clock.monoMs))
    contradictory ||= clock.monoMs < before.monoMs
  }
  if (after && after.epoch === clock.epoch) {
    hiMs = Math.min(hiMs, after.trMs - elapsedMsMin(clock.monoMs, after.monoMs))
    contradictory ||= after.monoMs < clock.monoMs
  }
  contradictory ||= loMs > hiMs + CROSSING_MS_MAX

  const bounds = contradictory ? proofBounds({ before, after }) : { loMs, hiMs }
  return { ...outwards(bounds), contradictory }
}

/** L and U: no clock of the device takes part (TM1). */
function proofBounds({ before, after }: Neighbours): Interval {
  return { loMs: before?.tiMs ?? -Infinity, hiMs: after?.trMs ?? Infinity }
}

/** Whole ms, rounded so that no float pushes the true time out; bounds that crossed are shown in order. */
function outwards({ loMs, hiMs }: Interval): Interval {
  return { loMs: Math.floor(Math.min(loMs, hiMs)), hiMs: Math.ceil(Math.max(loMs, hiMs)) }
}

/** The least true time between two readings of one monotonic clock (TM3). */
export function elapsedMsMin(fromMonoMs: number, toMonoMs: number): number {
  return Math.max(0, toMonoMs - fromMonoMs - CLOCK_QUANTUM_MS) * (1 - DRIFT_MAX)
}

/** TM5. An implausible wall clock gets the latest possible time, so lying early never wins. */
function estimateWithin(
  loMs: number,
  hiMs: number,
  wallMs: number,
  { before, after }: Neighbours,
): number {
  if (hiMs - loMs <= NARROW_MS_MAX) return Math.floor((loMs + hiMs) / 2)
  if (!before || !after || !isWallPlausible(before, after, wallMs)) return hiMs
  const byWallMs = middleMs(before) + (wallMs - before.wallMs)
  return Math.floor(Math.min(Math.max(byWallMs, loMs), hiMs))
}

/** Whether the wall clock kept pace with trusted time between two contacts, and the scan lies between (TM5). */
function isWallPlausible(before: Contact, after: Contact, wallMs: number): boolean {
  const roundTripsMs = before.trMs - before.tiMs + (after.trMs - after.tiMs)
  if (!Number.isFinite(roundTripsMs)) return false
  const trustedMs = middleMs(after) - middleMs(before)
  const offMs = Math.abs(after.wallMs - before.wallMs - trustedMs)
  const allowedMs = roundTripsMs / 2 + 2 * DRIFT_MAX * trustedMs + WALL_SLACK_MS
  return offMs <= allowedMs && before.wallMs <= wallMs && wallMs <= after.wallMs
}

function middleMs(contact: Contact): number {
  return (contact.tiMs + contact.trMs) / 2
}
