import type { Slot } from '../entries/slots.ts'
import type { DeviceId, Digest, InviteeNo, ScanId } from '../ids.ts'
import type { DerivedIncident, Ruling } from '../incident.ts'
import type { CheckInList, TicketState } from '../manifest.ts'
import type { Scan } from '../scan.ts'
import type { ContactIndex } from '../time/contacts.ts'
import type { TimeEstimate } from '../time/estimate-time.ts'

/** What became of a ticket that admits were made with (LG5). */
export interface TicketFact {
  readonly digest: Digest
  readonly state: TicketState
  /** Ms since 1970, central time, of its last change of state, or null. */
  readonly stateAtMs: number | null
}

/** All that reconcile reads of one (list, invitee) key. */
export interface KeyFacts {
  readonly list: CheckInList
  readonly invitee: InviteeNo
  /** IANA zone of the event, for limits a day. */
  readonly timeZone: string
  /** Every scan of the key, in any order and with repeats: entries, exits, refusals, and the voids that name one of them. */
  readonly scans: Iterable<Scan>
  /** By device, of direct and mapped contacts together (`indexContactsByDevice`). */
  readonly contacts: ReadonlyMap<DeviceId, ContactIndex>
  /** Every ticket of the invitee, former generations included. */
  readonly tickets: readonly TicketFact[]
}

/** A slot with what was decided about it. */
export interface RuledSlot extends Slot {
  /** The first unforced entry, else the first. */
  readonly winner: ScanId
  /** Unforced entries that it supersedes, in TM6 order (LG3). */
  readonly rivals: readonly ScanId[]
}

export interface KeyOutcome {
  /** In TM6 order, of every scan of the key. */
  readonly estimates: ReadonlyMap<ScanId, TimeEstimate>
  readonly slots: readonly RuledSlot[]
  /** Of every admitted entry and exit; refusals and voids have none. */
  readonly rulings: ReadonlyMap<ScanId, Ruling>
  /** By key, each once. */
  readonly incidents: readonly DerivedIncident[]
  /** Whether the invitee counts among *invitees inside*, each once (EN5). */
  readonly inside: boolean
  /** How many it adds to *people inside*: doubles and forced entries included (EN5). */
  readonly people: number
}
