import type { UpstreamFailure } from '@eventpass/sync'
import { isTRPCClientError } from '@trpc/client'

const codes: Readonly<Record<number, string>> = {
  401: 'pass_refused',
  404: 'gone',
  410: 'gone',
}

/**
 * Sorts an HTTP status that is no success. A server's own fault is as good as no answer; a pass
 * that ran out, a file that is gone and a request to wait are told apart.
 */
export function failureOfStatus(response: Response, message: string): UpstreamFailure {
  const { status } = response
  if (status === 429 || status === 503) return { kind: 'busy', retryMs: retryMsOf(response) }
  if (status >= 500 || status === 408) return { kind: 'unreachable' }
  const code = codes[status]
  return code === undefined ? { kind: 'unreadable' } : { kind: 'refused', code, message }
}

/** Thrown in the middle of a call by an answer that is no JSON: a portal's page, a proxy's. */
export class ForeignAnswer extends Error {
  constructor(readonly response: Response) {
    super('The answer is no JSON.')
  }
}

/** What a failed tRPC call means for the gate, by what central named it, else by its status. */
export function failureOfCall(fault: unknown): UpstreamFailure {
  if (!isTRPCClientError(fault)) return { kind: 'unreachable' }
  const { cause } = fault
  if (cause instanceof ForeignAnswer) return failureOfPage(cause.response)
  const response: unknown = fault.meta?.response
  if (!(response instanceof Response)) return { kind: 'unreachable' }
  const { status } = response
  const own = ownFailureOf(fault.data)
  if (own === null) return failureOfPage(response)
  if (status === 429 || status >= 500 || status === 408) return failureOfStatus(response, '')
  const code = own.failure ?? codes[status] ?? own.code
  return { kind: 'refused', code, message: fault.message }
}

/** A page that is none of ours: a proxy's with a 502 is no answer, a portal's with a 200 is a wrong one. */
function failureOfPage(response: Response): UpstreamFailure {
  return response.status >= 500 ? failureOfStatus(response, '') : { kind: 'unreadable' }
}

/** The `data` of a tRPC error: its code, and the kind of failure that central puts beside it. */
function ownFailureOf(data: unknown): { code: string; failure: string | null } | null {
  if (typeof data !== 'object' || data === null || !('code' in data)) return null
  const failure = 'failure' in data && typeof data.failure === 'string' ? data.failure : null
  return { code: String(data.code).toLowerCase(), failure }
}

function retryMsOf(response: Response): number | null {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : null
}
