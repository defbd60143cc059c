import type { GateStatus, ScanAttempt, SearchHit, ShownVerdict } from '@eventpass/sync'
import { type CameraState, cameraOff } from '../camera/camera-state.ts'
import type { WakeState } from '../feel/wake-lock.ts'
import type { VerdictWords } from '../words/verdict-words.ts'
import type { Settings } from './settings.ts'

/** A verdict on the screen, with what asked for it. */
export interface Shown {
  /** New for each verdict, so that the same one twice is announced twice. */
  readonly id: number
  readonly attempt: ScanAttempt
  readonly answer: ShownVerdict
  readonly words: VerdictWords
}

/** Something that could not be done, in the words of the gate; `unsaved`: a scan was not recorded. */
export interface Trouble {
  readonly id: number
  readonly unsaved: boolean
  readonly message: string
}

export type Sheet = 'search' | 'history' | 'tablet'
/** What is asked over a verdict before a second scan: an answer, or a supervisor's PIN. */
export type Asking = 'answer' | 'supervise' | 'force'

/** One of a party, and how their own scan went. */
export interface PartyMember {
  readonly hit: SearchHit
  readonly chosen: boolean
  readonly outcome: VerdictWords | null
}

type UpdateState = 'none' | 'waiting' | 'applying'

export interface DoorState {
  readonly status: GateStatus
  readonly act: 'entry' | 'exit'
  readonly checking: boolean
  readonly shown: Shown | null
  readonly party: readonly PartyMember[]
  readonly trouble: Trouble | null
  readonly sheet: Sheet | null
  readonly asking: Asking | null
  /** Why the last try of what is asked came to nothing, such as a wrong PIN. */
  readonly askFault: string | null
  /** A passing remark, such as that a pairing code is no ticket. */
  readonly remark: string | null
  readonly camera: CameraState
  readonly soundOpen: boolean
  readonly wake: WakeState
  /** Whether the browser promised to keep the storage; null before it answered. */
  readonly storageKept: boolean | null
  readonly update: UpdateState
  readonly settings: Settings
}

export const unknownStatus: GateStatus = {
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

export function firstState(settings: Settings): DoorState {
  return {
    status: unknownStatus,
    act: 'entry',
    checking: false,
    shown: null,
    party: [],
    trouble: null,
    sheet: null,
    asking: null,
    askFault: null,
    remark: null,
    camera: cameraOff,
    soundOpen: false,
    wake: 'off',
    storageKept: null,
    update: 'none',
    settings,
  }
}
