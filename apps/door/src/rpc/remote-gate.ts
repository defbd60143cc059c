import type { Gate, GateStatus } from '@eventpass/sync'
import type { FromWorker, GateCalls, Port, ToWorker } from './messages.ts'

/** A call that the worker could not carry out; `message` is a sentence for the person. */
export class GateFault extends Error {}

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (fault: GateFault) => void
}

/**
 * The gate as the page sees it: every call crosses to the worker and back by its number.
 *
 * `fail` rejects what is still open, for when the worker has died: no call waits for ever.
 */
export function createRemoteGate(port: Port<FromWorker, ToWorker>): {
  readonly gate: Gate
  readonly fail: (message: string) => void
} {
  const waiting = new Map<number, Waiting>()
  const listeners = new Set<(status: GateStatus) => void>()
  let lastId = 0
  let lastStatus: GateStatus | null = null

  port.addEventListener('message', ({ data }) => {
    if (data.kind === 'status') {
      lastStatus = data.status
      for (const listener of listeners) listener(data.status)
      return
    }
    const open = waiting.get(data.id)
    waiting.delete(data.id)
    if (data.kind === 'answer') open?.resolve(data.value)
    else open?.reject(new GateFault(data.message))
  })

  const call =
    <Name extends keyof GateCalls>(method: Name) =>
    (...args: Parameters<GateCalls[Name]>): ReturnType<GateCalls[Name]> => {
      lastId += 1
      const id = lastId
      const answer = new Promise((resolve, reject) => waiting.set(id, { resolve, reject }))
      port.postMessage({ kind: 'call', id, method, args } as ToWorker)
      return answer as ReturnType<GateCalls[Name]>
    }

  const gate: Gate = {
    pair: call('pair'),
    cancelPairing: call('cancelPairing'),
    scan: call('scan'),
    search: call('search'),
    history: call('history'),
    undo: call('undo'),
    syncNow: call('syncNow'),
    watch(listener) {
      listeners.add(listener)
      if (lastStatus !== null) listener(lastStatus)
      return () => listeners.delete(listener)
    },
  }
  return {
    gate,
    fail(message) {
      for (const open of waiting.values()) open.reject(new GateFault(message))
      waiting.clear()
    },
  }
}
