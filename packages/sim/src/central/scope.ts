import type { EventId, TenantId } from '@eventpass/domain'
import type { HubLogRow, HubRow } from './hub-log.ts'
import type { ModelTx } from './model-database.ts'
import type {
  AdmissionRowKept,
  AuditRowKept,
  AuthorityRow,
  ChallengeRow,
  ClaimRow,
  ContactRow,
  DeviceRow,
  EventRow,
  FrameRow,
  GiftLogRow,
  GiftRow,
  IncidentRow,
  OutboxRowKept,
  PairingCodeRow,
  QuarantinedPushRow,
  RevisionRow,
  RulingRowKept,
  ScanRow,
  SnapshotRow,
  TicketRowKept,
  UserRow,
} from './rows.ts'

/** One tenant's transaction, and the tables that stores find in it. */
export type Scope = ReturnType<typeof createScope>

export function createScope(tx: ModelTx, tenant: TenantId, clockMs: () => number) {
  const outbox = tx.table<OutboxRowKept>('outbox')
  return {
    tenant,
    /** The database's own clock, with fractions of a ms. */
    clockMs,
    lock: tx.lock,
    statement: tx.statement,
    devices: tx.table<DeviceRow>('devices'),
    scans: tx.table<ScanRow>('scans'),
    contacts: tx.table<ContactRow>('contacts'),
    challenges: tx.table<ChallengeRow>('challenges'),
    rulings: tx.table<RulingRowKept>('rulings'),
    admissions: tx.table<AdmissionRowKept>('admissions'),
    incidents: tx.table<IncidentRow>('incidents'),
    outbox,
    /** Writes the message that has these keys ruled. */
    async enqueue(event: EventId, keys: OutboxRowKept['body']['keys']) {
      await tx.lock('sequence/outbox')
      const no = outbox.all().length + 1
      outbox.set(`${no}`, { tenant, no, body: { event, keys }, published: false, done: false })
    },
    claims: tx.table<ClaimRow>('claims'),
    gifts: tx.table<GiftRow>('gifts'),
    giftLogs: tx.table<GiftLogRow>('giftLogs'),
    hubs: tx.table<HubRow>('hubs'),
    hubLog: tx.table<HubLogRow>('hubLog'),
    authorities: tx.table<AuthorityRow>('authorities'),
    tickets: tx.table<TicketRowKept>('tickets'),
    events: tx.table<EventRow>('events'),
    revisions: tx.table<RevisionRow>('revisions'),
    frames: tx.table<FrameRow>('frames'),
    codes: tx.table<PairingCodeRow>('codes'),
    snapshots: tx.table<SnapshotRow>('snapshots'),
    users: tx.table<UserRow>('users'),
    audit: tx.table<AuditRowKept>('audit'),
    quarantinedPushes: tx.table<QuarantinedPushRow>('quarantinedPushes'),
  }
}
