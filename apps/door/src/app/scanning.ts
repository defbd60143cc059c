import type { ScanAttempt, ShownVerdict } from '@eventpass/sync'
import { type VerdictWords, verdictInWords } from '../words/verdict-words.ts'
import { outsideOf } from './choices.ts'
import { type DoorParts, wordsOfFault } from './door-deps.ts'
import type { DoorState } from './door-state.ts'

/** How long a verdict that gives way by itself stays, in ms (DR6). */
export const admitStaysMs = 2_600
const noticeStaysMs = 4_000
const queuedScansMax = 8

export interface Scanning {
  /** A new attempt in the present direction. */
  readonly check: (source: ScanAttempt['source']) => void
  /** The scan that is shown, tried again with a person's choice; names it unless told otherwise. */
  readonly again: (part: Partial<ScanAttempt>) => void
  readonly admitParty: () => Promise<void>
  /** Keeps what is shown until a tap or the next code. */
  readonly hold: () => void
  readonly dismiss: () => void
}

/**
 * One scan at a time, each shown when it is recorded.
 *
 * A check that runs is never doubled: the camera waits for it with the code in view, a scanner's
 * codes queue up. A new verdict replaces the one before at once.
 */
export function createScanning(parts: DoorParts): Scanning {
  const { gate, store } = parts
  const queue: ScanAttempt[] = []
  let endShowing = () => {}

  async function scan(next: ScanAttempt): Promise<void> {
    if (store.get().checking) {
      if (queue.length < queuedScansMax) queue.push(next)
      return
    }
    endShowing()
    store.set({ checking: true, askFault: null, trouble: null, remark: null })
    try {
      show(next, await gate.scan(next))
    } catch (fault) {
      // A wrong PIN is said where it was typed: the first scan stands as it was shown.
      if (next.force === null) fail(fault)
      else store.set({ askFault: wordsOfFault(fault) })
    }
    await goOn()
  }

  /** A check has ended: the next code that came in meanwhile. */
  async function goOn(): Promise<void> {
    store.set({ checking: false })
    const waiting = queue.shift()
    if (waiting !== undefined) await scan(waiting)
  }

  function show(attempt: ScanAttempt, answer: ShownVerdict): void {
    const words = say(parts, answer, attempt.act)
    const party =
      attempt.act === 'entry' && answer.verdict.kind === 'admit' ? outsideOf(answer) : []
    store.set({
      sheet: null,
      asking: null,
      shown: { id: parts.newId(), attempt, answer, words },
      party: party.map((hit) => ({ hit, chosen: true, outcome: null })),
    })
    parts.play(words.tone)
    if (words.tone === 'admit' && party.length === 0) {
      endShowing = parts.later(admitStaysMs, dismiss)
    }
    if (words.tone === 'notice') endShowing = parts.later(noticeStaysMs, dismiss)
  }

  function fail(fault: unknown): void {
    parts.play('refuse')
    const trouble = { id: parts.newId(), unsaved: true, message: wordsOfFault(fault) }
    store.set({ sheet: null, asking: null, shown: null, party: [], trouble })
  }

  function dismiss(): void {
    endShowing()
    store.set({ shown: null, party: [], trouble: null, asking: null })
  }

  async function admitMember(digest: string): Promise<void> {
    const member = store.get().party.find((one) => one.hit.digest === digest)
    if (member === undefined) return
    const source = { kind: 'row', invitee: member.hit.invitee, digest } as const
    // The code in hand vouches for its party, so that no policy about names is asked (DC11).
    const answers = store.get().shown?.answer.scan ?? null
    const attempt = { ...emptyAttempt, source, answers, act: 'entry' } as const
    const words = say(parts, await gate.scan(attempt), 'entry')
    parts.play(words.tone)
    const party = store.get().party
    const told = party.map((one) => (one.hit.digest === digest ? { ...one, outcome: words } : one))
    store.set({ party: told })
  }

  return {
    check: (source) => void scan({ ...emptyAttempt, source, act: actOf(store.get()) }),
    again(part) {
      const { shown } = store.get()
      if (shown !== null) void scan({ ...shown.attempt, answers: shown.answer.scan, ...part })
    },
    async admitParty() {
      if (store.get().checking) return
      store.set({ checking: true })
      const due = store.get().party.filter((one) => one.chosen && one.outcome === null)
      try {
        for (const { hit } of due) await admitMember(hit.digest)
      } catch (fault) {
        fail(fault)
      }
      await goOn()
    },
    hold: () => endShowing(),
    dismiss,
  }
}

const emptyAttempt = { force: null, answer: null, answers: null, secondPerson: false } as const

function say(parts: DoorParts, answer: ShownVerdict, act: 'entry' | 'exit'): VerdictWords {
  const { role, listName, gives } = parts.store.get().status
  const { timeOf } = parts
  return verdictInWords(answer, { act, role, listName, gives, timeOf })
}

/** What was handed out comes back by an undo alone: at a gift's desk there is no way out. */
function actOf({ act, status }: Pick<DoorState, 'act' | 'status'>): DoorState['act'] {
  return status.gives === 'gift' ? 'entry' : act
}
