import type { CheckInList, ManifestTicket, Policy } from '../manifest.ts'
import type { Verdict } from '../verdict.ts'

export type DeviceName = 'D1' | 'D2' | 'D3'
export type GateName = 'North' | 'South' | 'East'
export type ListName = 'L' | 'L2'

/** One row of the suite: given a venue, these steps lead to what they say. */
export interface Scenario {
  readonly no: string
  readonly title: string
  readonly drives: 'decide' | 'decide, reconcile'
  readonly given?: Given
  readonly steps: readonly Step[]
  /** All scans that the devices hold in the end; the notice of DC9 is none. */
  readonly recorded?: readonly string[]
}

/** The venue at the start. Ticket `T` is valid and General; others are made by name here. */
export interface Given {
  readonly list?: Partial<CheckInList>
  readonly policy?: Partial<Policy>
  readonly tickets?: Readonly<Record<string, Partial<ManifestTicket>>>
  /** By how many minutes a tablet's wall clock is fast. */
  readonly clocks?: Readonly<Partial<Record<DeviceName, number>>>
}

/** One thing that happens. Scans come a minute after the last unless said. */
export type Step =
  | ScanStep
  | UndoStep
  | { readonly central: Readonly<Record<string, Partial<ManifestTicket>>> }
  | { readonly push: DeviceName }
  | { readonly pull: DeviceName }
  | { readonly move: DeviceName; readonly to: GateName }
  | { readonly ruled: Partial<Ruled> }

export interface ScanStep {
  /** A ticket's name, or one of `strangeCodes`. */
  readonly scan: string
  /** D1 unless said. */
  readonly on?: DeviceName
  readonly act?: 'exit'
  readonly list?: ListName
  readonly forced?: true
  readonly says?: string
  /** Answers the attention that this tablet showed last. */
  readonly confirms?: true
  /** Picked as a row: from the party of what was recorded as this (from 1), or 0 for a search by name. */
  readonly picked?: number
  readonly afterMs?: number
  /** `admit`, `refuse used`, `admit used, forced`, `just_admitted` … */
  readonly gives: string
  readonly shows?: Partial<Shown>
}

export interface UndoStep {
  /** The scan that was recorded as this, from 1. */
  readonly undo: number
  readonly on?: DeviceName
  /** By a supervisor, for this reason. */
  readonly supervisor?: string
  readonly afterMs?: number
  readonly gives: string
}

/** What the screen shows beside the verdict. */
export interface Shown {
  readonly name: string | null
  readonly category: string | null
  readonly notice: string | null
  readonly question: string | null
  readonly explanation: string | null
  readonly earlierGate: string | null
  readonly earlierMinutesAgo: number | null
  readonly whenMinutesAgo: number | null
  readonly listMinutesOld: number | null
  readonly tier: Verdict['tier']
}

/** What central makes of all that was pushed, for ticket T on list L. */
export interface Ruled {
  readonly inviteesInside: number
  readonly peopleInside: number
  readonly slots: number
  /** The device whose scan won the first slot. */
  readonly winner: DeviceName | null
  /** Of the admits, in the order of their arrival. */
  readonly rulings: readonly string[]
  /** `double_admission open, 2 scans` */
  readonly incidents: readonly string[]
  /** By how many minutes the raw times of the admits are off, in the order of their arrival. */
  readonly skewMinutes: readonly number[]
}
