import type { LiveBus } from '@eventpass/api'

/** A live bus of this process, to be closed at its end. */
export interface OpenLiveBus extends LiveBus {
  readonly close: () => Promise<void>
}
