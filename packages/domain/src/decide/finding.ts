import type { Slot, Use } from '../entries/slots.ts'
import type { CheckInList, ManifestTicket, Policy } from '../manifest.ts'
import type { EarlierUse, Reason } from '../verdict.ts'
import type { DecideInput } from './decide-input.ts'

/** A genuine code, or a row found by name, with all that the checks look at. */
export interface Case {
  readonly input: DecideInput
  readonly ticket: ManifestTicket | null
  readonly list: CheckInList
  readonly policy: Policy
  /** Standing entries and exits on this list, in order. */
  readonly uses: readonly Use[]
  readonly slots: readonly Slot[]
  /** A supervisor's device, or a supervisor's PIN. */
  readonly supervisor: boolean
}

/** One thing that stands against a plain admit. */
export interface Finding {
  readonly reason: Reason
  /** `ask` leaves the choice to a person, who confirms it by a second scan (DC1). */
  readonly effect: 'refuse' | 'ask'
  readonly explanation: string | null
  readonly whenMs: number | null
  readonly earlier: EarlierUse | null
}

/** Null where the check has nothing against it. */
export type Check = (facts: Case) => Finding | null

type Details = Partial<Pick<Finding, 'explanation' | 'whenMs' | 'earlier'>>

export function refuse(reason: Reason, details: Details = {}): Finding {
  return { reason, effect: 'refuse', explanation: null, whenMs: null, earlier: null, ...details }
}

export function ask(reason: Reason, details: Details = {}): Finding {
  return { ...refuse(reason, details), effect: 'ask' }
}
