import type {
  EventId,
  GateId,
  IncidentId,
  IncidentKind,
  IncidentStatus,
  ScanId,
} from '@eventpass/domain'

/** One scan of an incident as staff read it: where, when, and what was ruled. */
export interface IncidentScan {
  readonly id: ScanId
  readonly gate: GateId | null
  readonly gateName: string | null
  readonly deviceLabel: string
  /** Estimated true time and its bounds, ms since 1970; null while it is not ruled yet. */
  readonly atMs: number | null
  readonly loMs: number | null
  readonly hiMs: number | null
  /** What the device's own clock said. */
  readonly wallMs: number | null
  readonly ruling: 'confirmed' | 'superseded' | 'voided' | null
}

export interface IncidentDetails {
  readonly id: IncidentId
  readonly kind: IncidentKind
  readonly status: IncidentStatus
  readonly invitee: string | null
  readonly listName: string | null
  readonly openedMs: number
  readonly orderUncertain: boolean
  /** In TM6 order, the winner first. */
  readonly scans: readonly IncidentScan[]
}

export interface IncidentStore {
  /** Newest first; open ones before the others. */
  readonly findByEvent: (event: EventId, limit: number) => Promise<readonly IncidentDetails[]>
}
