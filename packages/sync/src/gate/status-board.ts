import type { GateStatus } from './gate.ts'

/** The status as it is shown, and who watches it. */
export interface StatusBoard {
  /** Shows it where something changed. */
  readonly show: (change: Partial<Omit<GateStatus, 'notices'>>) => void
  /** Lays something over what is shown, until it is null again: a pairing while a device is there. */
  readonly cover: (over: Partial<GateStatus> | null) => void
  /** Puts a sentence on the banner under a key, or takes it off. */
  readonly notice: (key: string, sentence: string | null) => void
  readonly watch: (listener: (status: GateStatus) => void) => () => void
}

export const blankStatus: GateStatus = {
  stage: 'starting',
  words: null,
  eventName: null,
  listName: null,
  gives: null,
  gateName: null,
  role: null,
  link: 'alone',
  pending: 0,
  listAgeMs: null,
  revision: null,
  tickets: null,
  peopleInside: null,
  loading: null,
  notices: [],
  storagePersistent: null,
}

export function createStatusBoard(): StatusBoard {
  const listeners = new Set<(status: GateStatus) => void>()
  const sentences = new Map<string, string>()
  let under = blankStatus
  let over: Partial<GateStatus> | null = null
  let status = blankStatus

  const tell = () => {
    const next = { ...under, ...over, notices: [...sentences.values()] }
    if (JSON.stringify(next) === JSON.stringify(status)) return
    status = next
    for (const listener of listeners) listener(status)
  }
  return {
    show(change) {
      under = { ...under, ...change }
      tell()
    },
    cover(change) {
      over = change
      tell()
    },
    notice(key, sentence) {
      if (sentence === null) sentences.delete(key)
      else sentences.set(key, sentence)
      tell()
    },
    watch(listener) {
      listeners.add(listener)
      listener(status)
      return () => listeners.delete(listener)
    },
  }
}
