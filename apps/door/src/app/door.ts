import type { ScanId } from '@eventpass/domain'
import type { Gate, GateStatus, ScanAttempt, SearchHit } from '@eventpass/sync'
import { type DoorDeps, type DoorParts, wordsOfFault } from './door-deps.ts'
import { type Asking, type DoorState, firstState, type Sheet } from './door-state.ts'
import { createReading, type Reading } from './reading.ts'
import { createScanning, type Scanning } from './scanning.ts'
import type { Settings } from './settings.ts'
import { createStore, type Store } from './store.ts'

const remarkStaysMs = 4_000

/** What a person typed into what was asked; null for what was not. */
type Reply = Pick<ScanAttempt, 'answer' | 'force'>

/** What the screens call. What goes wrong is shown, never thrown. */
export interface Door extends Reading, Pick<Scanning, 'admitParty' | 'dismiss'> {
  readonly store: Store<DoorState>
  readonly cancelPairing: () => void
  readonly pick: (hit: SearchHit) => void
  readonly letIn: () => void
  /** Sends what was asked for: the answer, or the PIN and the reason. */
  readonly reply: (reply: Reply) => void
  readonly secondPerson: () => void
  readonly chooseMember: (digest: string, chosen: boolean) => void
  /** Answers with what came of it, in words. */
  readonly undo: (scan: ScanId, note: string | null) => Promise<string>
  readonly search: Gate['search']
  readonly history: Gate['history']
  readonly syncNow: () => void
  readonly setAct: (act: DoorState['act']) => void
  readonly openSheet: (sheet: Sheet) => void
  readonly closeSheet: () => void
  readonly ask: (asking: Asking) => void
  readonly stopAsking: () => void
  readonly changeSettings: (part: Partial<Settings>) => void
  readonly remark: (text: string) => void
}

/** The door's behaviour without its looks. */
export function createDoor(deps: DoorDeps): Door {
  const parts = withStore(deps)
  const { gate, store, remark } = parts
  const scanning = createScanning(parts)
  const reading = createReading(parts, scanning)
  gate.watch((status) => store.set(afterStatus(store.get(), status)))

  return {
    store,
    ...reading,
    admitParty: scanning.admitParty,
    dismiss: scanning.dismiss,
    cancelPairing: () => void gate.cancelPairing().catch((fault) => remark(wordsOfFault(fault))),
    pick: ({ invitee, digest }) => scanning.check({ kind: 'row', invitee, digest }),
    letIn: () => scanning.again({}),
    reply({ answer, force }) {
      const overrides = store.get().asking === 'force'
      scanning.again({ answer, force, ...(overrides && { answers: null }) })
    },
    secondPerson: () => scanning.again({ answers: null, secondPerson: true }),
    chooseMember(digest, chosen) {
      const choose = store.get().party
      store.set({
        party: choose.map((one) => (one.hit.digest === digest ? { ...one, chosen } : one)),
      })
    },
    undo: (scan, note) => undoInWords(gate, scan, note),
    search: gate.search,
    history: gate.history,
    syncNow: () => void gate.syncNow().catch((fault) => remark(wordsOfFault(fault))),
    setAct: (act) => store.set({ act }),
    openSheet(sheet) {
      scanning.dismiss()
      store.set({ sheet })
    },
    closeSheet: () => store.set({ sheet: null }),
    ask(asking) {
      scanning.hold()
      store.set({ asking, askFault: null })
    },
    stopAsking: () => store.set({ asking: null, askFault: null }),
    changeSettings(part) {
      const settings = { ...store.get().settings, ...part }
      deps.keepSettings(settings)
      store.set({ settings })
    },
    remark,
  }
}

function withStore(deps: DoorDeps): DoorParts {
  const store = createStore<DoorState>(firstState(deps.settings))
  let lastId = 0
  let endRemark = () => {}
  return {
    ...deps,
    store,
    newId() {
      lastId += 1
      return lastId
    },
    remark(text) {
      endRemark()
      store.set({ remark: text })
      endRemark = deps.later(remarkStaysMs, () => store.set({ remark: null }))
    },
  }
}

/** A tablet that is no longer ready shows nothing of the event it was at. */
function afterStatus(state: DoorState, status: GateStatus): Partial<DoorState> {
  if (status.stage === 'ready' || state.status.stage !== 'ready') return { status }
  return { status, shown: null, party: [], sheet: null, asking: null, act: 'entry' }
}

async function undoInWords(gate: Gate, scan: ScanId, note: string | null): Promise<string> {
  try {
    const { verdict } = await gate.undo(scan, note)
    if (verdict.kind === 'admit') return 'Undone. The ticket is free again.'
    return verdict.explanation ?? 'Not undone. Only a supervisor can undo this scan now.'
  } catch (fault) {
    return wordsOfFault(fault)
  }
}
