import type { AppRouter } from '@eventpass/api'
import type { Result } from '@eventpass/domain'
import type { RangeAnswer, Upstream, UpstreamAnswer, UpstreamFailure } from '@eventpass/sync'
import { createTRPCClient, httpLink } from '@trpc/client'
import { ForeignAnswer, failureOfCall, failureOfStatus } from './upstream-failure.ts'

/**
 * Central over tRPC and HTTP Range, at one origin (`https://door.example`).
 *
 * Calls carry the device's pass and no cookies. Nothing that comes back is trusted here: the
 * engine reads it by the wire's schemas and signatures.
 */
export function createTrpcUpstream(origin: string): Upstream {
  const client = createTRPCClient<AppRouter>({
    links: [
      httpLink({
        url: `${origin}/trpc`,
        headers: ({ op }) =>
          typeof op.context.pass === 'string' ? passHeader(op.context.pass) : {},
        fetch: (url, options) => fetchJson(url, options as RequestInit),
      }),
    ],
  })
  const { pairing, scan, sync } = client
  const by = (pass: string, signal: AbortSignal) => ({ context: { pass }, signal })
  return {
    kind: 'central',
    pairStart: (input, signal) => answerOf(pairing.start.mutate(input, { signal })),
    pairStatus: (input, signal) => answerOf(pairing.status.mutate(input, { signal })),
    challenge: (input, signal) => answerOf(sync.challenge.mutate(input, { signal })),
    contact: (input, signal) => answerOf(sync.contact.mutate(input, { signal })),
    push: (pass, input, signal) => answerOf(sync.push.mutate(input, by(pass, signal))),
    claim: (pass, input, signal) => answerOf(scan.claim.mutate(input, by(pass, signal))),
    pull: (pass, input, signal) => answerOf(sync.pull.mutate(input, by(pass, signal))),
    snapshot: (pass, input, signal) => answerOf(sync.snapshot.mutate(input, by(pass, signal))),
    fetchRange: (pass, path, from, signal) => fetchRange(origin, pass, path, from, signal),
  }
}

async function fetchJson(url: RequestInfo | URL, options: RequestInit): Promise<Response> {
  const response = await fetch(url, { ...options, credentials: 'omit', cache: 'no-store' })
  const isJson = response.headers.get('content-type')?.includes('json') === true
  if (!isJson) {
    await response.body?.cancel()
    throw new ForeignAnswer(response)
  }
  return response
}

async function answerOf(call: Promise<unknown>): Promise<UpstreamAnswer> {
  try {
    return { ok: true, value: await call }
  } catch (fault) {
    return { ok: false, failure: failureOfCall(fault) }
  }
}

async function fetchRange(
  origin: string,
  pass: string,
  path: string,
  from: number,
  signal: AbortSignal,
): Promise<Result<RangeAnswer, UpstreamFailure>> {
  const url = new URL(path, origin)
  // A pass is for its own node alone, whatever a path says.
  if (url.origin !== origin) return { ok: false, failure: { kind: 'unreadable' } }
  const headers = { ...passHeader(pass), range: `bytes=${from}-` }
  const request: RequestInit = { headers, signal, credentials: 'omit', cache: 'no-store' }
  const response = await fetch(url, request).catch(() => null)
  if (response === null) return { ok: false, failure: { kind: 'unreachable' } }
  const isPage = response.headers.get('content-type')?.startsWith('text/html') === true
  if (!response.ok || response.body === null || isPage) {
    await response.body?.cancel()
    const failure: UpstreamFailure = response.ok
      ? { kind: 'unreadable' }
      : failureOfStatus(response, 'The list is not there any more. A newer one is asked for.')
    return { ok: false, failure }
  }
  return { ok: true, value: { from: firstByteOf(response), chunks: chunksOf(response.body) } }
}

/** RFC 9110 §14.4: `bytes 100-999/1000`. A 200 is the whole file, whatever was asked. */
function firstByteOf(response: Response): number {
  const range = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')
  return response.status === 206 && range ? Number(range[1]) : 0
}

async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const reader = body.getReader()
  try {
    for (;;) {
      const next = await reader.read()
      if (next.done) return
      yield next.value
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

function passHeader(pass: string): Record<string, string> {
  return { authorization: `Device ${pass}` }
}
