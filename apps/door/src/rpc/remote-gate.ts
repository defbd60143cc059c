import type { Gate, GateStatus } from '@eventpass/sync'
import type { FromWorker, GateCall, GateCalls, Port, ToWorker } from './messages.ts'

/** A call that the worker could not carry out; `message` is a sentence for the person. */
class GateFault extends Error {}

/** The gate as the page sees it, whichever worker stands behind it now. */
export interface RemoteGate {
  readonly gate: Gate
  /** Sends the calls to this worker from now on, and hears its answers. */
  readonly connect: (port: Port<FromWorker, ToWorker>) => void
  /** The worker is gone: what is still open fails with this sentence, as does what comes before the next. */
  readonly disconnect: (message: string) => void
  /** Shows a status that no worker told. */
  readonly tell: (status: GateStatus) => void
}

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (fault: GateFault) => void
}

/** Makes a gate whose calls cross to a worker and come back by their numbers. */
export function createRemoteGate(): RemoteGate {
  const waiting = new Map<number, Waiting>()
  const listeners = new Set<(status: GateStatus) => void>()
  let port: Port<FromWorker, ToWorker> | null = null
  let absence = 'This tablet is still opening its records. Try again in a moment.'
  let lastId = 0
  let lastStatus: GateStatus | null = null

  const tell = (status: GateStatus) => {
    lastStatus = status
    for (const listener of listeners) listener(status)
  }

  const hear = (message: FromWorker) => {
    if (message.kind === 'status') tell(message.status)
    if (message.kind !== 'answer' && message.kind !== 'fault') return
    const open = waiting.get(message.id)
    waiting.delete(message.id)
    if (message.kind === 'answer') open?.resolve(message.value)
    else open?.reject(new GateFault(message.message))
  }

  const call =
    <Name extends keyof GateCalls>(method: Name) =>
    (...args: Parameters<GateCalls[Name]>): ReturnType<GateCalls[Name]> => {
      lastId += 1
      const id = lastId
      const answer = new Promise((resolve, reject) => {
        if (port === null) return reject(new GateFault(absence))
        waiting.set(id, { resolve, reject })
        port.postMessage({ kind: 'call', id, method, args } as GateCall)
      })
      return answer as ReturnType<GateCalls[Name]>
    }

  return {
    gate: {
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
    },
    connect(next) {
      port = next
      next.addEventListener('message', ({ data }) => {
        if (port === next) hear(data)
      })
    },
    disconnect(message) {
      port = null
      absence = message
      for (const open of waiting.values()) open.reject(new GateFault(message))
      waiting.clear()
    },
    tell,
  }
}
