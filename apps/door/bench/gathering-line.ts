import type { Upstream, UpstreamAnswer } from '@eventpass/sync'

/** A line to central that can be cut, and on which pushes can be gathered instead of sent. */
export interface GatheringLine {
  readonly via: (upstream: Upstream) => Upstream
  state: 'whole' | 'cut' | 'gathering'
  /** Takes what was gathered: one push, ready to go. Null before there is one. */
  readonly take: () => (() => Promise<UpstreamAnswer>) | null
}

const nobody = { ok: false, failure: { kind: 'unreachable' } } as const

export function createGatheringLine(): GatheringLine {
  let gathered: (() => Promise<UpstreamAnswer>) | null = null
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
          gathered = () => upstream.push(pass, input, AbortSignal.timeout(60_000))
        }
        return nobody
      },
      pull: async (...args) => (line.state === 'whole' ? upstream.pull(...args) : nobody),
    }),
  }
  return line
}
