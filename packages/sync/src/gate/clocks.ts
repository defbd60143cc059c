import { type ClockReading, type Contact, nowInterval } from '@eventpass/domain'
import type { Clock } from './gate-deps.ts'

/** Both clocks at one moment, in whole ms, as scans and contacts carry them. */
export function readClocks(clock: Clock, epoch: number): ClockReading {
  return { epoch, monoMs: Math.floor(clock.monoMs()), wallMs: Math.floor(clock.wallMs()) }
}

/**
 * The gate's best guess of central's time, for showing and for sorting its own scans among
 * heard ones; central makes its own estimate of every scan.
 */
export function estimateNowMs(contact: Contact | null, now: ClockReading): number {
  const interval = nowInterval(contact, now)
  if (interval) return Math.floor((interval.loMs + interval.hiMs) / 2)
  if (!contact) return now.wallMs
  return Math.floor((contact.tiMs + contact.trMs) / 2 + (now.wallMs - contact.wallMs))
}

/**
 * Ms since an earlier reading of this device, or null where its clocks contradict that.
 *
 * The greater of both clocks: monotonic time may stop in sleep, and an age is better
 * overstated than understated.
 */
export function elapsedMs(from: ClockReading, now: ClockReading): number | null {
  const wallMs = now.wallMs - from.wallMs
  if (from.epoch === now.epoch) return Math.max(0, now.monoMs - from.monoMs, wallMs)
  return wallMs >= 0 ? wallMs : null
}
