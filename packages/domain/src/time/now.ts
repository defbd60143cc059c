import type { Contact } from '../scan.ts'
import { CLOCK_QUANTUM_MS, DRIFT_MAX, elapsedMsMin } from './estimate-time.ts'
import type { Interval } from './order.ts'

/** The clocks of a device at one moment. */
export interface ClockReading {
  readonly epoch: number
  readonly monoMs: number
  readonly wallMs: number
}

/** A step of the wall clock that the banner names (TM10). */
export const CLOCK_STEP_MS_MIN = 30_000

/**
 * Bounds the present while deciding, from the last contact (TM10).
 *
 * Null without a contact in this epoch, or where monotonic time ran backwards:
 * then nothing about windows can be said (`clock_unsure`). The upper bound
 * takes the greater of both clocks, since monotonic time stops in sleep.
 */
export function nowInterval(lastContact: Contact | null, now: ClockReading): Interval | null {
  if (!lastContact || lastContact.epoch !== now.epoch) return null
  const monoElapsedMs = now.monoMs - lastContact.monoMs
  if (monoElapsedMs < 0) return null
  const elapsedMsMax = Math.max(monoElapsedMs, now.wallMs - lastContact.wallMs) + CLOCK_QUANTUM_MS
  return {
    loMs: Math.floor(lastContact.tiMs + elapsedMsMin(lastContact.monoMs, now.monoMs)),
    hiMs: Math.ceil(lastContact.trMs + elapsedMsMax * (1 + DRIFT_MAX)),
  }
}

/** A validity window, ms since 1970, both ends included; null is open. */
export interface TimeWindow {
  readonly fromMs: number | null
  readonly untilMs: number | null
}

export type WindowRelation = 'inside' | 'outside' | 'overlaps'

/**
 * How the present lies to a window (TM10): refuse only what is wholly outside.
 *
 * Without an interval every window with an edge is `overlaps`, amber; a window
 * open on both sides never is.
 */
export function windowRelation(now: Interval | null, window: TimeWindow): WindowRelation {
  const fromMs = window.fromMs ?? -Infinity
  const untilMs = window.untilMs ?? Infinity
  const { loMs, hiMs } = now ?? { loMs: -Infinity, hiMs: Infinity }
  if (hiMs < fromMs || loMs > untilMs) return 'outside'
  return fromMs <= loMs && hiMs <= untilMs ? 'inside' : 'overlaps'
}

/**
 * By how much a wall clock stepped between two readings of one epoch, in ms, or null up to 30 s (TM10).
 *
 * Forward it may as well have been a sleep, in which monotonic time stands
 * still: ask it of readings between which the device was awake.
 */
export function clockStepMs(from: ClockReading, to: ClockReading): number | null {
  if (from.epoch !== to.epoch) return null
  return nameStep(to.wallMs - from.wallMs - (to.monoMs - from.monoMs))
}

/**
 * By how much a wall clock stepped between two contacts beyond what their round trips explain, in ms, or null.
 *
 * Sleep and new epochs do no harm here: both sides are measured in trusted time.
 */
export function contactStepMs(from: Contact, to: Contact): number | null {
  const trustedMs = (to.tiMs + to.trMs - from.tiMs - from.trMs) / 2
  const roundTripsMs = to.trMs - to.tiMs + (from.trMs - from.tiMs)
  const offMs = to.wallMs - from.wallMs - trustedMs
  return Math.abs(offMs) - roundTripsMs / 2 > CLOCK_STEP_MS_MIN ? nameStep(offMs) : null
}

function nameStep(stepMs: number): number | null {
  return Math.abs(stepMs) > CLOCK_STEP_MS_MIN ? stepMs : null
}
