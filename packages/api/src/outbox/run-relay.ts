import type { Broker } from './broker.ts'
import { type OutboxStore, relayBatchMax, relayOutbox } from './relay-outbox.ts'

/** How long an empty outbox is left alone; a failing broker likewise, so that nothing spins. */
const idleMs = 200
const faultMs = 2_000

export interface RelayDeps {
  readonly outbox: OutboxStore
  readonly broker: Broker
  /** Resolves after the time, or at once when the signal is raised. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  readonly warn: (sentence: string) => void
}

/** Relays the outbox until the signal is raised; a fault is told and tried again, never fatal. */
export async function runRelay(deps: RelayDeps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const published = await relayOutbox(deps)
      if (published < relayBatchMax) await deps.sleep(idleMs, signal)
    } catch (error) {
      deps.warn(`The outbox waits, its rows are safe: ${String(error)}`)
      await deps.sleep(faultMs, signal)
    }
  }
}
