import type { GateStoresFailure } from '@eventpass/replica/wasm'
import type { Gate, GateStatus } from '@eventpass/sync'

/** The methods of a gate that are asked and answered; `watch` is a stream of its own. */
export type GateCalls = Omit<Gate, 'watch'>

/** One call, by its number. Both sides come from one build, so their types are all the contract. */
export type GateCall = {
  [Name in keyof GateCalls]: {
    readonly kind: 'call'
    readonly id: number
    readonly method: Name
    readonly args: Parameters<GateCalls[Name]>
  }
}[keyof GateCalls]

/** From the page to the worker. */
export type ToWorker =
  | GateCall
  /** First of all: open the files, and wait this long for another tab that is just closing. */
  | { readonly kind: 'open'; readonly waitMs: number }
  /** What only a page can find out: whether storage is kept. */
  | { readonly kind: 'storage'; readonly kept: boolean }
  /** The app is in front again, or the network may be back. */
  | { readonly kind: 'wake' }
  | { readonly kind: 'ping' }

/** From the worker to the page. */
export type FromWorker =
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'fault'; readonly id: number; readonly message: string }
  | { readonly kind: 'status'; readonly status: GateStatus }
  /** The files are open and this worker is their only writer (DV5). */
  | { readonly kind: 'opened' }
  /** The files could not be opened; this worker can do nothing more. */
  | { readonly kind: 'closed'; readonly failure: GateStoresFailure }
  | { readonly kind: 'pong' }

/** What Worker, MessagePort and a worker's own scope have in common. */
export interface Port<In, Out> {
  readonly postMessage: (message: Out) => void
  readonly addEventListener: (type: 'message', listener: (event: { data: In }) => void) => void
}
