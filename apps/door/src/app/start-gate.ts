import type { GateStoresFailure } from '@eventpass/replica/wasm'
import type { Gate } from '@eventpass/sync'
import type { FromWorker, Port, ToWorker } from '../rpc/messages.ts'
import { createRemoteGate } from '../rpc/remote-gate.ts'
import { unknownStatus } from './door-state.ts'
import { firstWaitMs, outcomeOf } from './gate-failure.ts'
import type { Mirror } from './mirror.ts'

const pingEveryMs = 5_000
/** So many pings without any word: the worker is gone. Counted in pings, since a tablet may sleep. */
const silentPingsMax = 4

const restarted =
  'The part of this app that keeps scans was restarted. What was shown as admitted is kept.'

/** A worker with the gate in it, not started yet. */
export interface GateWorker extends Port<FromWorker, ToWorker> {
  readonly terminate: () => void
  readonly onFault: (listener: () => void) => void
}

export interface StartGateDeps {
  readonly makeWorker: () => GateWorker
  readonly mirror: Mirror
  readonly later: (ms: number, call: () => void) => void
}

/** What the page does to the worker that holds the gate. */
export interface GateSeat {
  readonly gate: Gate
  readonly tellStorage: (kept: boolean) => void
  readonly wake: () => void
}

/**
 * Runs the gate in a worker of its own, one writer a device (DV5).
 *
 * Another tab that has the files makes this one look on, with the other's status, until it may
 * take over. A worker whose files do not open, or that falls silent, is replaced by a fresh one.
 */
export function startGate({ makeWorker, mirror, later }: StartGateDeps): GateSeat {
  const remote = createRemoteGate()
  let worker: GateWorker | null = null
  let writing = false
  let tries = 0
  let silentPings = 0
  let kept: boolean | null = null

  function open(waitMs: number): void {
    const fresh = makeWorker()
    worker = fresh
    remote.connect(fresh)
    fresh.addEventListener('message', ({ data }) => {
      if (worker === fresh) hear(fresh, data)
    })
    fresh.onFault(() => {
      const message = 'a part of the app did not load'
      if (worker === fresh && !writing) onClosed({ kind: 'pool_failed', message })
    })
    fresh.postMessage({ kind: 'open', waitMs })
  }

  function hear(from: GateWorker, said: FromWorker): void {
    silentPings = 0
    if (said.kind === 'closed') onClosed(said.failure)
    if (said.kind !== 'opened') return
    tries = 0
    writing = true
    if (kept !== null) from.postMessage({ kind: 'storage', kept })
  }

  function end(message: string): void {
    worker?.terminate()
    worker = null
    writing = false
    silentPings = 0
    remote.disconnect(message)
  }

  function onClosed(failure: GateStoresFailure): void {
    tries += 1
    const { status, again } = outcomeOf(failure, tries)
    end(status.notices[0] ?? 'Another tab of this tablet is in use. Scan there.')
    if (again !== null) later(again.afterMs, () => open(again.waitMs))
    if (status.stage === 'read_only') mirror.ask()
    if (again === null || status.stage === 'read_only') remote.tell(status)
  }

  function watchWorker(): void {
    later(pingEveryMs, watchWorker)
    if (worker === null || !writing) return
    silentPings += 1
    if (silentPings <= silentPingsMax) {
      worker.postMessage({ kind: 'ping' })
      return
    }
    end(restarted)
    remote.tell(unknownStatus)
    open(firstWaitMs)
  }

  remote.gate.watch((status) => writing && mirror.show(status))
  mirror.follow((status) => {
    if (!writing) remote.tell({ ...status, stage: 'read_only' })
  })
  open(firstWaitMs)
  watchWorker()
  return {
    gate: remote.gate,
    tellStorage(answer) {
      kept = answer
      worker?.postMessage({ kind: 'storage', kept: answer })
    },
    wake: () => worker?.postMessage({ kind: 'wake' }),
  }
}
