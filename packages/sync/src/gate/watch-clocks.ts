import { clockStepMs, contactStepMs } from '@eventpass/domain'
import { readClocks } from './clocks.ts'
import { type Device, standingOf } from './device.ts'
import type { GateDeps } from './gate-deps.ts'
import { createLease, leaseTickMs } from './lease.ts'
import { clockNotice } from './notices.ts'
import type { StatusBoard } from './status-board.ts'

/** What goes on beside scans and passes: the lease, the clocks, the ages on the screen. */
export interface Watch {
  readonly stop: () => Promise<void>
}

export function createWatch(
  deps: GateDeps,
  device: Device,
  board: StatusBoard,
  events: {
    readonly onTick: () => Promise<void>
    readonly onLeaseEnd: () => Promise<void>
  },
): Watch {
  const stop = new AbortController()
  const lease = createLease(device, deps.clock.monoMs())
  let clocks = readClocks(deps.clock, device.epoch)
  let contact = device.lastContact

  const tick = async () => {
    const now = readClocks(deps.clock, device.epoch)
    // Forward may be a sleep, in which monotonic time stands still; contacts tell it apart.
    const stepMs = clockStepMs(clocks, now)
    const { lastContact } = device
    const sinceMs = contact && lastContact ? contactStepMs(contact, lastContact) : null
    if (sinceMs !== null || (stepMs !== null && stepMs < 0)) {
      board.notice('clock', clockNotice(sinceMs ?? stepMs))
    } else if (contact !== lastContact) {
      board.notice('clock', null)
    }
    clocks = now
    contact = lastContact
    const ended = await lease.tick(deps.clock.monoMs())
    if (ended && standingOf(device) === 'active') await events.onLeaseEnd()
    await events.onTick()
  }

  const loop = async () => {
    while (!stop.signal.aborted) {
      await deps.sleep(leaseTickMs, stop.signal)
      if (!stop.signal.aborted) await tick().catch(deps.report)
    }
  }
  const ended = loop()
  return {
    async stop() {
      stop.abort()
      await ended
    },
  }
}
