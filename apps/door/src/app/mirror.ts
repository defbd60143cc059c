import type { GateStatus } from '@eventpass/sync'

type Said = { readonly kind: 'status'; readonly status: GateStatus } | { readonly kind: 'ask' }

/** How tabs of one tablet tell each other: the one that writes shows, the others follow (DV5). */
export interface Mirror {
  readonly show: (status: GateStatus) => void
  /** Calls with every status that another tab shows. */
  readonly follow: (listener: (status: GateStatus) => void) => void
  /** Asks the tab that writes to show its status once more. */
  readonly ask: () => void
}

export function createMirror(name: string): Mirror {
  const channel = new BroadcastChannel(name)
  let mine: GateStatus | null = null
  let listener: ((status: GateStatus) => void) | null = null
  const say = (said: Said) => channel.postMessage(said)

  channel.onmessage = ({ data }: MessageEvent<Said>) => {
    if (data.kind === 'status') listener?.(data.status)
    else if (mine !== null) say({ kind: 'status', status: mine })
  }
  return {
    show(status) {
      mine = status
      say({ kind: 'status', status })
    },
    follow(onStatus) {
      listener = onStatus
    },
    ask() {
      mine = null
      say({ kind: 'ask' })
    },
  }
}
