import type { GateStoresFailure } from '@eventpass/replica/wasm'
import type { Gate, GateStatus } from '@eventpass/sync'
import type { FromWorker, Port, ToWorker } from '../rpc/messages.ts'
import { createRemoteGate } from '../rpc/remote-gate.ts'
import { unknownStatus } from './door-state.ts'
import { createMirror } from './mirror.ts'

/** At a reload the old page may hold the files for a moment longer. */
const firstWaitMs = 3_000
/** A tab that only looks on takes over when the other one closes. */
const laterWaitMs = 600_000
const triesMax = 5
const pingEveryMs = 5_000
const silentPingsMax = 4

const restarted =
  'The part of this app that keeps scans was restarted. What was shown as admitted is kept; scan again.'

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
export function startGate(makeWorker: () => Worker): GateSeat {
  const remote = createRemoteGate()
  const mirror = createMirror()
  let worker: Worker | null = null
  let kept: boolean | null = null
  let tries = 0
  let silentPings = 0
  let writing = false

  remote.gate.watch((status) => {
    if (writing) mirror.show(status)
  })

  function open(waitMs: number): void {
    const fresh = makeWorker()
    const port = fresh as unknown as Port<FromWorker, ToWorker>
    worker = fresh
    silentPings = 0
    remote.connect(port)
    port.addEventListener('message', ({ data }) => {
      if (worker !== fresh) return
      silentPings = 0
      if (data.kind === 'opened') {
        tries = 0
        writing = true
        if (kept !== null) port.postMessage({ kind: 'storage', kept })
      }
      if (data.kind === 'closed') onClosed(data.failure)
    })
    fresh.addEventListener('error', () => {
      if (worker === fresh && !writing) onClosed({ kind: 'pool_failed', message: 'did not load' })
    })
    port.postMessage({ kind: 'open', waitMs })
  }

  function close(message: string): void {
    worker?.terminate()
    worker = null
    writing = false
    remote.disconnect(message)
  }

  function onClosed(failure: GateStoresFailure): void {
    const status = statusOf(failure)
    close(status.notices[0] ?? restarted)
    tries += 1
    if (failure.kind === 'pool_busy') {
      mirror.follow((other) => {
        if (!writing) remote.tell({ ...other, stage: 'read_only' })
      })
      remote.tell(status)
      setTimeout(() => open(laterWaitMs), 500)
    } else if (failure.kind === 'pool_failed' && tries < triesMax) {
      setTimeout(() => open(firstWaitMs), 400 * tries)
    } else remote.tell(status)
  }

  setInterval(() => {
    if (worker === null || !writing) return
    silentPings += 1
    if (silentPings > silentPingsMax) {
      close(restarted)
      open(firstWaitMs)
    } else post({ kind: 'ping' })
  }, pingEveryMs)

  const post = (message: ToWorker) => worker?.postMessage(message)
  open(firstWaitMs)
  return {
    gate: remote.gate,
    tellStorage(answer) {
      kept = answer
      post({ kind: 'storage', kept: answer })
    },
    wake: () => post({ kind: 'wake' }),
  }
}

function statusOf(failure: GateStoresFailure): GateStatus {
  switch (failure.kind) {
    case 'pool_busy':
      return { ...unknownStatus, stage: 'read_only' }
    case 'pool_failed':
      return {
        ...unknownStatus,
        notices: [
          `The browser does not open its storage (${failure.message}). Nothing was deleted. Close other tabs of this page, then reload it.`,
        ],
      }
    case 'pool_unsupported':
      return {
        ...unknownStatus,
        notices: ['This browser keeps no database. Use a current one, and no private window.'],
      }
    case 'newer_format':
      return {
        ...unknownStatus,
        notices: [
          'A newer version of this app wrote the records of this tablet. Reload while online to get it. The scans are kept.',
        ],
      }
  }
}
