import { emptyView, lookAtFrame, pairingCodeOf, type View } from '../scan/in-view.ts'
import { type DoorParts, wordsOfFault } from './door-deps.ts'
import type { DoorState } from './door-state.ts'
import type { Scanning } from './scanning.ts'

const pairingIgnored = 'That is a pairing code, not a ticket. Nothing was recorded.'

export interface Reading {
  readonly seeFrame: (texts: readonly string[]) => void
  /** The camera starts anew: what it saw before says nothing now. */
  readonly forgetView: () => void
  readonly readText: (text: string, input: 'wedge' | 'typed') => void
  /** By a link, its QR code, or the code alone; before the gate is up it waits. */
  readonly pair: (codeOrLink: string) => void
}

/** Where codes come in: told apart by what the door is doing, a pairing or scanning (DR3). */
export function createReading(parts: DoorParts, scanning: Scanning): Reading {
  const { store } = parts
  let view: View = emptyView
  let waitingLink: string | null = null

  store.subscribe(() => {
    if (waitingLink === null || store.get().status.stage === 'starting') return
    const link = waitingLink
    waitingLink = null
    pair(link)
  })

  function pair(codeOrLink: string): void {
    const { stage } = store.get().status
    if (stage === 'starting') waitingLink = codeOrLink
    else if (mayPair(stage)) void openPairing(parts, codeOrLink)
    else parts.remark(whyNotPaired(stage))
  }

  return {
    seeFrame(texts) {
      const state = store.get()
      const { stage } = state.status
      const mayTake = isFree(state) && (stage === 'ready' || mayPair(stage))
      const seen = lookAtFrame(view, texts, parts.monoMs(), mayTake)
      view = seen.view
      if (seen.scan === null) return
      const pairing = pairingCodeOf(seen.scan) !== null
      if (mayPair(stage)) {
        if (pairing) pair(seen.scan)
        else parts.remark('That is no pairing code. Scan the one on the organiser’s screen.')
      } else if (pairing) parts.remark(pairingIgnored)
      else scanning.check({ kind: 'text', text: seen.scan, input: 'camera' })
    },
    forgetView() {
      view = emptyView
    },
    readText(text, input) {
      const { stage } = store.get().status
      if (text.trim() === '') return
      if (mayPair(stage)) pair(text)
      else if (stage !== 'ready') return
      else if (pairingCodeOf(text) !== null) parts.remark(pairingIgnored)
      else scanning.check({ kind: 'text', text, input })
    },
    pair,
  }
}

async function openPairing(parts: DoorParts, codeOrLink: string): Promise<void> {
  const code = pairingCodeOf(codeOrLink) ?? codeOrLink.trim()
  const message = await parts.gate
    .pair(code, parts.label)
    .then((view) => (view.state === 'failed' ? view.message : null), wordsOfFault)
  const trouble = message === null ? null : { id: parts.newId(), unsaved: false, message }
  parts.store.set({ trouble })
}

function mayPair(stage: DoorState['status']['stage']): boolean {
  return stage === 'unpaired' || stage === 'pair_anew' || stage === 'revoked'
}

/** A link that does nothing says so, since its code is gone from the address. */
function whyNotPaired(stage: DoorState['status']['stage']): string {
  if (stage === 'pairing')
    return 'This tablet is waiting for the organiser. Cancel that, then open the link again.'
  if (stage === 'read_only') return 'Another tab of this tablet is in use. Open the link there.'
  return 'This tablet is paired already. Nothing was changed.'
}

/** Nothing is being asked of the person that a new code would tear away. */
function isFree({ checking, sheet, asking }: DoorState): boolean {
  return !checking && sheet === null && asking === null
}
