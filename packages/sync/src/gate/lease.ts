import type { Device } from './device.ts'
import { saveFacts } from './device.ts'

/** How often working time is written down. */
export const leaseTickMs = 15_000

/**
 * Counts working time since the last contact, by the monotonic clock alone (DV4).
 *
 * Each start counts as one tick, so that starting over again and again does not
 * stretch a lease.
 */
export interface Lease {
  /** Writes down the time since the last call; true where the lease has ended. */
  readonly tick: (monoMs: number) => Promise<boolean>
}

export function createLease(device: Device, startedAtMonoMs: number): Lease {
  let countedTo = startedAtMonoMs - leaseTickMs
  let contact = device.lastContact
  return {
    async tick(monoMs) {
      const { leaseMs } = device.grant
      if (device.lastContact !== contact) {
        contact = device.lastContact
        countedTo = contact?.monoMs ?? countedTo
      }
      const passedMs = Math.max(0, Math.floor(monoMs - countedTo))
      countedTo = monoMs
      const leaseUsedMs = (device.facts.leaseUsedMs ?? 0) + passedMs
      await saveFacts(device, { leaseUsedMs })
      return leaseMs !== null && leaseUsedMs > leaseMs
    },
  }
}
