import { fail, ok, type Result } from '@eventpass/domain'
import type { z } from 'zod'
import type { GateDeps } from '../gate/gate-deps.ts'
import type { UpstreamAnswer, UpstreamFailure } from '../gate/upstream.ts'

/** Why a step of a pass did not come to its end. Nothing that was held is lost by any of them. */
export type SyncFailure =
  | UpstreamFailure
  /** An answer that reads well but is not signed by central, or not about this device. */
  | { readonly kind: 'untrusted'; readonly message: string }
  /** A snapshot whose bytes are not the signed ones, again and again. */
  | { readonly kind: 'damaged'; readonly message: string }
  /** The device is to do nothing more with this node (stopped, or without keys). */
  | { readonly kind: 'stopped' }

type Waits = Pick<GateDeps, 'sleep'>

/**
 * Asks a node once and reads its answer by the wire's schema.
 *
 * No answer within `msMax` is `unreachable`; an answer of another shape, such as the
 * page of a captive portal, is `unreadable` (SY2). `stop` ends the waiting early.
 */
export async function callUpstream<Schema extends z.ZodType>(
  deps: Waits,
  stop: AbortSignal,
  msMax: number,
  schema: Schema,
  call: (signal: AbortSignal) => Promise<UpstreamAnswer>,
): Promise<Result<z.output<Schema>, UpstreamFailure>> {
  const answer = await withDeadline(deps, stop, msMax, call)
  if (!answer.ok) return answer
  const parsed = schema.safeParse(answer.value)
  return parsed.success ? ok(parsed.data) : fail({ kind: 'unreadable' })
}

/** Runs a call that is given up after `msMax`, or when `stop` is raised. */
export async function withDeadline<T>(
  { sleep }: Waits,
  stop: AbortSignal,
  msMax: number,
  call: (signal: AbortSignal) => Promise<Result<T, UpstreamFailure>>,
): Promise<Result<T, UpstreamFailure>> {
  const over = new AbortController()
  const end = () => over.abort()
  stop.addEventListener('abort', end)
  if (stop.aborted) end()
  try {
    return await Promise.race([
      call(over.signal).catch(() => fail({ kind: 'unreachable' })),
      sleep(msMax, over.signal).then(() => fail({ kind: 'unreachable' })),
    ])
  } finally {
    stop.removeEventListener('abort', end)
    over.abort()
  }
}
