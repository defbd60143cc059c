import type { Upstream } from '@eventpass/sync'

const waitMsMax = 60_000

/** A line to central that can be cut, and on which pushes can be gathered instead of sent. */
export interface GatheringLine {
  readonly via: (upstream: Upstream) => Upstream
  state: 'whole' | 'cut' | 'gathering'
  /** Takes what was gathered: one push, ready to go. Null before there is one. */
  readonly take: () => (() => Promise<void>) | null
}

const nobody = { ok: false, failure: { kind: 'unreachable' } } as const

export function createGatheringLine(origin: string): GatheringLine {
  let gathered: (() => Promise<void>) | null = null
  const line: GatheringLine = {
    state: 'whole',
    take: () => {
      const taken = gathered
      gathered = null
      return taken
    },
    via: (upstream) => ({
      ...upstream,
      challenge: async (...args) => (line.state === 'cut' ? nobody : upstream.challenge(...args)),
      push: async (...args) => {
        if (line.state === 'whole') return upstream.push(...args)
        if (line.state === 'gathering') {
          const [pass, input] = args
          gathered = readyToPush(origin, pass, input)
        }
        return nobody
      },
      pull: async (...args) => (line.state === 'whole' ? upstream.pull(...args) : nobody),
    }),
  }
  return line
}

/** The push as bytes, since gates are other machines: what they do before they send is not central's. */
function readyToPush(origin: string, pass: string, input: unknown): () => Promise<void> {
  const body = Buffer.from(JSON.stringify(input))
  const headers = { authorization: `Device ${pass}`, 'content-type': 'application/json' }
  return async () => {
    const request = { method: 'POST', headers, body, signal: AbortSignal.timeout(waitMsMax) }
    const answer = await fetch(`${origin}/trpc/sync.push`, request)
    const text = await answer.text()
    if (!answer.ok) throw new Error(`Central took no push (${answer.status}): ${text}`)
  }
}
