import type { KeyStore, LedgerFiles, SnapshotFiles } from './stores.ts'
import type { Upstream } from './upstream.ts'

/** The worker's own clocks. Both may be read at any time; whole numbers are made of them here. */
export interface Clock {
  /** Monotonic ms since some start, never running backwards while the worker lives. */
  readonly monoMs: () => number
  /** Ms since 1970 by the device's clock, which may lie. */
  readonly wallMs: () => number
}

/** Everything that the gate engine needs of a platform. */
export interface GateDeps {
  readonly subtle: SubtleCrypto
  /** Unpredictable bytes, for ids and salts. */
  readonly randomBytes: (count: number) => Uint8Array
  readonly clock: Clock
  /** Uniform in [0, 1), for jitter only. */
  readonly random: () => number
  /** Resolves after `ms`, or at once when the signal is raised. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  readonly ledgers: LedgerFiles
  readonly snapshots: SnapshotFiles
  readonly keys: KeyStore
  /** The node to speak to now; asked anew before every pass, so that it may change. */
  readonly upstream: () => Upstream
  /** Calls the listener when the network may be back (an `online` event, the app in front again). */
  readonly onWake: (listener: () => void) => () => void
  /** Whether the browser promised to keep the storage; null where it was not asked. */
  readonly isStoragePersistent: () => Promise<boolean | null>
  /** Told of every fault that nobody awaits, for the console. */
  readonly report: (fault: unknown) => void
}
