import type { Broker } from './broker.ts'
import { describeCause } from './describe-cause.ts'
import type { OutboxStore } from './outbox-store.ts'
import { type Relayed, relayOutbox } from './relay-outbox.ts'

/** How long an outbox that nobody rings for is left alone. */
const sweepMs = 1_000
/** How long a failing broker or database is left alone, so that nothing spins. */
const faultMs = 2_000
/** Rows that were published so long ago and had no effect are published again. */
const reopenAfterMs = 5 * 60_000
const reopenEveryMs = 30_000

/** Rings when an outbox row was committed, here or on another node. It may miss one: the sweep does not. */
export interface OutboxBell {
  /** Resolves at a ring since it last resolved, after `waitMs` at the latest, or on abort. */
  readonly nextRing: (waitMs: number, signal: AbortSignal) => Promise<void>
}

export interface RelayDeps {
  readonly outbox: OutboxStore
  readonly broker: Pick<Broker, 'publish'>
  readonly bell: OutboxBell
  /** Resolves after the time, or at once when the signal is raised. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
  readonly now: () => number
  readonly warn: (sentence: string) => void
  readonly onRelayed: (relayed: Relayed) => void
}

/** Relays the outbox until the signal is raised; a fault is told and tried again, never fatal. */
export async function runRelay(deps: RelayDeps, signal: AbortSignal): Promise<void> {
  let reopenMs = deps.now()
  while (!signal.aborted) {
    try {
      if (deps.now() >= reopenMs) {
        const reopened = await deps.outbox.reopen(reopenAfterMs)
        if (reopened > 0) deps.warn(`${reopened} messages had no effect and are published again.`)
        reopenMs = deps.now() + reopenEveryMs
      }
      const relayed = await relayOutbox(deps)
      deps.onRelayed(relayed)
      if (!relayed.more) await deps.bell.nextRing(sweepMs, signal)
    } catch (error) {
      deps.warn(`The outbox waits, its rows are safe: ${describeCause(error)}`)
      await deps.pause(faultMs, signal)
    }
  }
}
