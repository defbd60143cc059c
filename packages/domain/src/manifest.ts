import type { Digest, GateId, InviteeNo, ListId } from './ids.ts'

export type TicketState = 'valid' | 'reprinted' | 'revoked' | 'cancelled' | 'unpaid'

/** One ticket as a replica holds it: no token, no ticket id, no contact data. */
export interface ManifestTicket {
  readonly digest: Digest
  readonly invitee: InviteeNo
  readonly name: string
  /** Index into the manifest's categories, or null. */
  readonly category: number | null
  readonly state: TicketState
  /** Ms since 1970 of the last change of state that staff should be told of, or null. */
  readonly stateAtMs: number | null
  readonly blocked: boolean
  /** Ms since 1970, central time; null is open. */
  readonly validFromMs: number | null
  readonly validUntilMs: number | null
  /** Invitees that came together share a number; null alone. */
  readonly party: number | null
  /** Text for staff at the door, or null. */
  readonly notice: string | null
}

/** The name in the row of a person who was erased: nobody on a list has an empty one (GD1). */
export const erasedName = ''

/** True where a ticket's person was erased: the row stays, so that its code is refused, and says nothing of anybody. */
export function isErased({ name }: Pick<ManifestTicket, 'name'>): boolean {
  return name === erasedName
}

/** How a list counts admits (EN1). */
export type Counting = 'once' | 'stay' | 'many'

/**
 * A condition of a list (DC4). All must hold. A rule that cannot be read or
 * evaluated refuses, so `unknown` rules from newer centrals fail closed.
 */
export type ListRule =
  | { readonly kind: 'entries_total'; readonly max: number }
  | { readonly kind: 'entries_a_day'; readonly max: number }
  | { readonly kind: 'minutes_since_last_entry'; readonly min: number }
  | { readonly kind: 'gates'; readonly gates: readonly GateId[] }
  | { readonly kind: 'categories'; readonly categories: readonly number[] }
  | {
      readonly kind: 'window'
      readonly fromMs: number | null
      readonly untilMs: number | null
      readonly toleranceMinutes: number
    }

/** A check-in list or zone with its rules. */
export interface CheckInList {
  readonly id: ListId
  readonly name: string
  readonly counting: Counting
  /** False: after an exit no further entry (scenario 17). */
  readonly reEntry: boolean
  /** Category indexes that may use this list; null is all. */
  readonly categories: readonly number[] | null
  /** Unpaid tickets: refuse, or ask a person to confirm (scenario 6). */
  readonly unpaid: 'refuse' | 'ask'
  readonly rules: readonly ListRule[]
  /** A required question, asked before anything is consumed (DC8), or null. */
  readonly question: string | null
  /** What an admit on it hands over: a gift, with nobody coming in (GF1). Absent where it lets in. */
  readonly gives?: 'gift' | undefined
}

export interface Gate {
  readonly id: GateId
  readonly name: string
}

/** Event-wide choices, signed by central. */
export interface Policy {
  /** A genuine code on no list: refuse, or attention that a supervisor or any steward may admit. */
  readonly unlisted: 'refuse' | 'supervisor' | 'steward'
  /** A name found by search: who may admit by it. */
  readonly byName: 'refuse' | 'supervisor' | 'steward'
  /** Past this age of the replica verdicts turn amber (DC10); null is never. */
  readonly replicaAgeMsMax: number | null
  /** IANA zone of the event, for entries a day. */
  readonly timeZone: string
}

/** What stands beside the tickets in a manifest: small, sent whole when it changes. */
export interface ManifestFrame {
  readonly eventName: string
  readonly categories: readonly string[]
  readonly lists: readonly CheckInList[]
  readonly gates: readonly Gate[]
  readonly policy: Policy
}
