import { fail, type Result } from '@eventpass/domain'
import type { GateDeps } from '../gate/gate-deps.ts'
import { askedDelayMs, pollDelayMs, retryDelayMs } from './back-off.ts'
import type { SyncFailure } from './call-upstream.ts'

/** A pass that threw: a fault of this device (disk full, a bug), not of the line. */
interface PassFault {
  readonly kind: 'fault'
  readonly cause: unknown
}

export type PassResult = Result<void, SyncFailure | PassFault>

/** Runs passes one after another, for as long as the worker lives. */
export interface SyncLoop {
  /** A scan was made: go now, unless nothing answers anyway and the next try is near. */
  readonly wakeForScan: () => void
  /** The line may be back: go now. */
  readonly wake: () => void
  /** Resolves when a pass that began after this call has ended, well or not. */
  readonly syncNow: () => Promise<void>
  readonly stop: () => Promise<void>
}

export function createSyncLoop(
  deps: Pick<GateDeps, 'sleep' | 'random'>,
  runPass: (stop: AbortSignal) => Promise<Result<void, SyncFailure>>,
  onResult: (result: PassResult) => void,
): SyncLoop {
  const stop = new AbortController()
  const waiting: (() => void)[] = []
  let failures = 0
  let wanted = false
  let pause = new AbortController()

  const attempt = () =>
    runPass(stop.signal).catch((cause: unknown): PassResult => fail({ kind: 'fault', cause }))

  const rest = async (ms: number) => {
    pause = new AbortController()
    if (wanted || stop.signal.aborted) return
    await deps.sleep(ms, pause.signal)
  }

  const loop = async () => {
    while (!stop.signal.aborted) {
      wanted = false
      const served = waiting.splice(0)
      const result = await attempt()
      failures = result.ok ? 0 : failures + 1
      onResult(result)
      for (const resolve of served) resolve()
      if (waiting.length === 0) await rest(delayOf(result, failures, deps.random()))
    }
    for (const resolve of waiting.splice(0)) resolve()
  }
  const ended = loop()

  const wake = () => {
    wanted = true
    pause.abort()
  }
  return {
    wakeForScan() {
      if (failures === 0) wake()
    },
    wake,
    syncNow: () =>
      new Promise((resolve) => {
        if (stop.signal.aborted) return resolve()
        waiting.push(resolve)
        wake()
      }),
    async stop() {
      stop.abort()
      wake()
      await ended
    },
  }
}

/** How long until the next pass. */
export function delayOf(result: PassResult, failures: number, random: number): number {
  if (result.ok) return pollDelayMs(random)
  const { failure } = result
  if (failure.kind === 'busy' && failure.retryMs !== null) {
    return askedDelayMs(failure.retryMs, random)
  }
  return retryDelayMs(failures, random)
}
