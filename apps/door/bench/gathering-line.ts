import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import type { Upstream } from '@eventpass/sync'

const waitMsMax = 60_000

/** A line to central that can be cut, and on which one push can be gathered instead of sent. */
export interface GatheringLine {
  readonly via: (upstream: Upstream) => Upstream
  state: 'whole' | 'cut' | 'gathering'
  /** The push that was gathered, ready to go as often as it is called. */
  readonly gathered: Promise<() => Promise<void>>
}

const nobody = { ok: false, failure: { kind: 'unreachable' } } as const

export function createGatheringLine(origin: string): GatheringLine {
  let gather: (push: () => Promise<void>) => void = () => {}
  const line: GatheringLine = {
    state: 'whole',
    gathered: new Promise((resolve) => {
      gather = resolve
    }),
    via: (upstream) => ({
      ...upstream,
      challenge: async (...args) => (line.state === 'cut' ? nobody : upstream.challenge(...args)),
      push: async (...args) => {
        if (line.state === 'whole') return upstream.push(...args)
        if (line.state === 'gathering') {
          const [pass, input] = args
          gather(readyToPush(origin, pass, input))
        }
        return nobody
      },
      pull: async (...args) => (line.state === 'whole' ? upstream.pull(...args) : nobody),
    }),
  }
  return line
}

/**
 * The push as bytes on a connection of its own, since gates are other machines: what they do before
 * they send, and what they make of the answer, is not central's.
 */
function readyToPush(origin: string, pass: string, input: unknown): () => Promise<void> {
  const body = Buffer.from(JSON.stringify(input))
  const headers = {
    authorization: `Device ${pass}`,
    'content-type': 'application/json',
    'content-length': body.length,
    'accept-encoding': 'gzip',
  }
  return async () => {
    const signal = AbortSignal.timeout(waitMsMax)
    const sent = request(`${origin}/trpc/sync.push`, { method: 'POST', headers, signal })
    sent.end(body)
    const [answer] = (await once(sent, 'response')) as [IncomingMessage]
    answer.resume()
    await once(answer, 'end')
    if (answer.statusCode !== 200) throw new Error(`Central took no push: ${answer.statusCode}.`)
  }
}
