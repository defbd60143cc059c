import type {
  CheckInList,
  Contact,
  DeviceId,
  EventId,
  IncidentChange,
  InviteeNo,
  KnownIncident,
  ListId,
  Ruling,
  Scan,
  ScanHash,
  ScanId,
  TicketFact,
} from '@eventpass/domain'

/** What one reconcile pass decides together: an invitee's scans on one list. */
export interface DirtyKey {
  readonly list: ListId
  readonly invitee: InviteeNo
}

export interface RulingRow {
  readonly key: DirtyKey
  readonly id: ScanId
  readonly hash: ScanHash
  readonly ruling: Ruling
  readonly estimateMs: number
  /** Null where nothing bounds it. */
  readonly loMs: number | null
  readonly hiMs: number | null
  readonly quarantined: boolean
}

export interface AdmissionRow {
  readonly key: DirtyKey
  readonly inside: boolean
  readonly people: number
  /** Earliest standing entry, or null. */
  readonly firstMs: number | null
}

export interface ListsOfEvent {
  readonly lists: readonly CheckInList[]
  readonly timeZone: string
}

/** Opens an incident that only grows, or adds these scans to the one of that key. Resolved ones open again (EN4). */
export type RaiseIncident = (
  event: EventId,
  incident: {
    readonly key: string
    readonly kind:
      | 'clock'
      | 'forgery_suspected'
      | 'bad_push'
      | 'double_admission'
      | 'double_gift'
      | 'provisional_refused'
    /** Null where it is about a device that is not known here. */
    readonly device: DeviceId | null
    readonly scans: readonly ScanId[]
    /** Whom it is about: reconcile then looks after it with the others of its key. */
    readonly about?: DirtyKey | undefined
  },
) => Promise<void>

/** Everything that ruling over keys reads and writes, one statement a kind of row. */
export interface ReconcileStore {
  /** LG8: upserts the keys' rows in key order, then locks them in key order. */
  readonly lockKeys: (event: EventId, keys: readonly DirtyKey[]) => Promise<void>
  /** In a statement after the locks: every scan of the keys, and the voids that name one of them. */
  readonly findScans: (
    event: EventId,
    keys: readonly DirtyKey[],
  ) => Promise<readonly { readonly key: DirtyKey; readonly scan: Scan }[]>
  readonly findContacts: (devices: readonly DeviceId[]) => Promise<readonly Contact[]>
  readonly findTickets: (
    event: EventId,
    invitees: readonly InviteeNo[],
  ) => Promise<readonly { readonly invitee: InviteeNo; readonly ticket: TicketFact }[]>
  readonly readLists: (event: EventId) => Promise<ListsOfEvent>
  readonly findIncidents: (
    event: EventId,
    keys: readonly DirtyKey[],
  ) => Promise<readonly KnownIncident[]>
  readonly saveAdmissions: (event: EventId, rows: readonly AdmissionRow[]) => Promise<void>
  readonly saveIncidents: (event: EventId, changes: readonly IncidentChange[]) => Promise<void>
  readonly raise: RaiseIncident
  /** Writes the rulings that changed, under the event's next rulings revision, taken as the last lock. */
  readonly saveRulings: (event: EventId, rows: readonly RulingRow[]) => Promise<void>
}
