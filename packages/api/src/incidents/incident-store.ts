import type {
  DeviceNo,
  EventId,
  GateId,
  IncidentId,
  IncidentKind,
  IncidentStatus,
  ScanId,
  UserId,
} from '@eventpass/domain'

/** One scan of an incident as staff read it: where, when, and what was ruled. */
export interface IncidentScan {
  readonly id: ScanId
  readonly gate: GateId | null
  readonly gateName: string | null
  readonly deviceNo: DeviceNo
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
  /** The tablet that it is about, where it is about one. */
  readonly deviceNo: DeviceNo | null
  readonly deviceLabel: string | null
  /** Every scan that it names, also those that are not here: what a resolution must cover (EN4). */
  readonly named: readonly ScanId[]
  /** Those that are here, in TM6 order, the winner first; the first of many. */
  readonly scans: readonly IncidentScan[]
  /** The last one; it stays where later scans open the incident again. */
  readonly resolution: {
    /** E-mail address, or null where the person is gone. */
    readonly by: string | null
    readonly atMs: number
    readonly reason: string
  } | null
}

/** What a person decided about an incident: who, when, why, and about which scans (EN4). */
export interface Resolution {
  readonly by: UserId
  readonly atMs: number
  readonly reason: string
  readonly covers: readonly ScanId[]
}

/** An incident as a resolution meets it. */
export interface LockedIncident {
  readonly event: EventId
  readonly kind: IncidentKind
  readonly status: IncidentStatus
  readonly scans: readonly ScanId[]
  readonly resolution: Resolution | null
}

export interface IncidentStore {
  /** Newest first; open ones before the others. */
  readonly findByEvent: (
    event: EventId,
    limits: { readonly incidents: number; readonly scansEach: number },
  ) => Promise<readonly IncidentDetails[]>
  /** Keeps its row as it is until the transaction ends. */
  readonly lock: (incident: IncidentId) => Promise<LockedIncident | null>
  readonly resolve: (incident: IncidentId, resolution: Resolution) => Promise<void>
}
