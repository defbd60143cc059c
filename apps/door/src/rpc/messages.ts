import type { Gate, GateStatus } from '@eventpass/sync'

/** The methods of a gate that are asked and answered; `watch` is a stream of its own. */
export type GateCalls = Omit<Gate, 'watch'>

/** From the page to the worker. Both come from one build, so their types are all the contract. */
export type ToWorker = {
  [Name in keyof GateCalls]: {
    readonly kind: 'call'
    readonly id: number
    readonly method: Name
    readonly args: Parameters<GateCalls[Name]>
  }
}[keyof GateCalls]

/** From the worker to the page. */
export type FromWorker =
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'fault'; readonly id: number; readonly message: string }
  | { readonly kind: 'status'; readonly status: GateStatus }

/** What Worker, MessagePort and a worker's own scope have in common. */
export interface Port<In, Out> {
  readonly postMessage: (message: Out) => void
  readonly addEventListener: (type: 'message', listener: (event: { data: In }) => void) => void
}
