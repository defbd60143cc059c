import type { DeviceId, InviteeNo, ListId, ScanId } from './ids.ts'

export type IncidentKind =
  | 'double_admission'
  | 'admitted_after_revocation'
  | 'over_limit'
  | 'forgery_suspected'
  | 'fork'
  | 'gap'
  | 'clock'

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
  /** TM7: the winner's and a rival's intervals overlap. */
  readonly orderUncertain: boolean
}
