import type { DeviceId, InviteeNo, ListId, ScanId } from './ids.ts'

export type IncidentKind =
  | 'double_admission'
  | 'double_gift'
  | 'over_stock'
  | 'admitted_after_revocation'
  | 'over_limit'
  | 'forgery_suspected'
  | 'fork'
  | 'gap'
  | 'clock'
  /** A push whose signature or chain fails: kept whole, trusted in nothing (SY3). */
  | 'bad_push'
  /** Told `provisional` while central's database was away, and refused when it was decided (CL4). */
  | 'provisional_refused'

/** What reconcile decided about an admitted scan. */
export type Ruling =
  | { readonly kind: 'confirmed' }
  | { readonly kind: 'superseded'; readonly by: ScanId }
  | { readonly kind: 'voided'; readonly by: ScanId }

/**
 * Work for a person, derived from the set of scans.
 *
 * `key` names the same matter again and again, whatever arrives later, so that
 * a store can upsert by it: made of kind, list, invitee and the slot's anchor.
 */
export interface DerivedIncident {
  readonly key: string
  readonly kind: IncidentKind
  readonly list: ListId | null
  readonly invitee: InviteeNo | null
  readonly device: DeviceId | null
  /** Every scan that it is about, in TM6 order; the winner first. */
  readonly scans: readonly ScanId[]
  /**
   * The order that it rests on cannot be proven: the winner's and a rival's
   * intervals overlap (TM7), or an admit's and the moment of revocation do.
   */
  readonly orderUncertain: boolean
}

/** `dissolved`: what arrived later took its grounds away; it is kept (EN2). */
export type IncidentStatus = 'open' | 'resolved' | 'dissolved'

/** An incident as a store holds it. */
export interface KnownIncident extends DerivedIncident {
  readonly status: IncidentStatus
  /** The scans that a person's resolution names (EN4); null where nobody resolved it yet. */
  readonly covers: readonly ScanId[] | null
}

/**
 * What a store must do so that its incidents agree with the ledger.
 *
 * `open` inserts; the others write scans, `orderUncertain` and status to the row
 * of `incident.key`. A resolution stays on its row whatever the status.
 */
export interface IncidentChange {
  readonly change: 'open' | 'update' | 'reopen' | 'dissolve'
  readonly status: IncidentStatus
  readonly incident: DerivedIncident
}
