import type { Gate } from '@eventpass/sync'
import type { Tone } from '../words/verdict-words.ts'
import type { DoorState } from './door-state.ts'
import type { Settings } from './settings.ts'
import type { Store } from './store.ts'

/** All that the door takes from outside, so that a test can choose it. */
export interface DoorDeps {
  readonly gate: Gate
  readonly settings: Settings
  readonly keepSettings: (settings: Settings) => void
  /** Sound and touch of a verdict. */
  readonly play: (tone: Tone) => void
  /** Monotonic ms. */
  readonly monoMs: () => number
  /** A moment as a time of day. */
  readonly timeOf: (ms: number) => string
  /** Calls after some ms; returns how to call it off. */
  readonly later: (ms: number, call: () => void) => () => void
  /** Name under which the organiser sees this tablet while it is pairing. */
  readonly label: string
}

/** What the parts of the door share. */
export interface DoorParts extends DoorDeps {
  readonly store: Store<DoorState>
  /** A new number for each thing that is announced. */
  readonly newId: () => number
  /** Says something in passing. */
  readonly remark: (text: string) => void
}

/** What went wrong as a sentence for the person. */
export function wordsOfFault(fault: unknown): string {
  return fault instanceof Error && fault.message !== '' ? fault.message : 'Something went wrong.'
}
