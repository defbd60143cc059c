import type { EventId } from '@eventpass/domain'

/** Tells dashboards that something of an event changed; says not what, so that nothing can leak. */
export interface LiveBus {
  readonly announce: (event: EventId) => void
  /** Resolves at the next announcement of the event, after `waitMs` at the latest, or on abort. */
  readonly nextChange: (event: EventId, waitMs: number, signal: AbortSignal) => Promise<void>
}

export interface LiveDep {
  readonly live: LiveBus
}
