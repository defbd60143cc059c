import type { TenantId } from '@eventpass/domain'
import type { ModelTx } from './model-database.ts'
import type {
  AdmissionRowKept,
  AuditRowKept,
  ChallengeRow,
  ContactRow,
  DeviceRow,
  EventRow,
  FrameRow,
  IncidentRow,
  OutboxRowKept,
  PairingCodeRow,
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
    outbox: tx.table<OutboxRowKept>('outbox'),
    tickets: tx.table<TicketRowKept>('tickets'),
    events: tx.table<EventRow>('events'),
    revisions: tx.table<RevisionRow>('revisions'),
    frames: tx.table<FrameRow>('frames'),
    codes: tx.table<PairingCodeRow>('codes'),
    snapshots: tx.table<SnapshotRow>('snapshots'),
    users: tx.table<UserRow>('users'),
    audit: tx.table<AuditRowKept>('audit'),
    quarantinedPushes: tx.table<object>('quarantinedPushes'),
  }
}
