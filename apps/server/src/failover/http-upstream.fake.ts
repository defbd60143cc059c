import type { Upstream, UpstreamAnswer } from '@eventpass/sync'

/** What gates measured: how long each waited for an answer to a claim, and what it was. */
export interface ClaimWait {
  readonly ms: number
  readonly outcome: string
}

/** Central as a gate's engine meets it, by the fetch of Node; `onWait` is told of every claim. */
export function createHttpUpstream(
  origin: string,
  onWait: (wait: ClaimWait) => void = () => {},
): Upstream {
  const call = async (
    procedure: string,
    input: unknown,
    pass: string | null,
    signal: AbortSignal,
  ): Promise<UpstreamAnswer> => {
    const headers = { 'content-type': 'application/json', ...(pass !== null && passOf(pass)) }
    const body = JSON.stringify(input)
    try {
      const url = `${origin}/trpc/${procedure}`
      const response = await fetch(url, { method: 'POST', headers, body, signal })
      const answer = await response.json()
      if (response.ok) return { ok: true, value: answer.result.data }
      if (response.status === 503) return { ok: false, failure: { kind: 'busy', retryMs: null } }
      if (response.status >= 500) return { ok: false, failure: { kind: 'unreachable' } }
      const { message, data } = answer.error
      return { ok: false, failure: { kind: 'refused', code: String(data.failure), message } }
    } catch {
      return { ok: false, failure: { kind: 'unreachable' } }
    }
  }
  return {
    kind: 'central',
    pairStart: (input, signal) => call('pairing.start', input, null, signal),
    pairStatus: (input, signal) => call('pairing.status', input, null, signal),
    challenge: (input, signal) => call('sync.challenge', input, null, signal),
    contact: (input, signal) => call('sync.contact', input, null, signal),
    push: (pass, input, signal) => call('sync.push', input, pass, signal),
    async claim(pass, input, signal) {
      const startMs = performance.now()
      const answer = await call('scan.claim', input, pass, signal)
      const value = answer.ok ? (answer.value as { outcome: string }) : null
      onWait({ ms: performance.now() - startMs, outcome: value?.outcome ?? 'none' })
      return answer
    },
    pull: (pass, input, signal) => call('sync.pull', input, pass, signal),
    snapshot: (pass, input, signal) => call('sync.snapshot', input, pass, signal),
    async fetchRange(pass, path, from, signal) {
      const headers = { ...passOf(pass), range: `bytes=${from}-` }
      const url = new URL(path, origin)
      const response = await fetch(url, { headers, signal }).catch(() => null)
      if (!response?.ok || !response.body) {
        await response?.body?.cancel()
        return { ok: false, failure: { kind: 'unreachable' } }
      }
      const start = response.status === 206 ? from : 0
      return { ok: true, value: { from: start, chunks: response.body } }
    },
  }
}

function passOf(pass: string): Record<string, string> {
  return { authorization: `Device ${pass}` }
}
