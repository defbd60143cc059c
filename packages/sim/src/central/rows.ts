import type {
  AuditRow,
  ClaimAnswer,
  DeviceState,
  EventDetails,
  NewGift,
  NewScan,
  PushingDevice,
  Resolution,
  User,
  VoidedBy,
} from '@eventpass/api'
import type {
  CheckInList,
  Contact,
  DeviceId,
  DeviceNo,
  DeviceRole,
  Digest,
  EventId,
  Gate,
  GateId,
  IncidentId,
  IncidentKind,
  IncidentStatus,
  InviteeNo,
  ListId,
  ManifestTicket,
  Ruling,
  ScanHash,
  ScanId,
  TenantId,
  TicketId,
} from '@eventpass/domain'
import type { SnapshotMeta } from '@eventpass/sync'

/** Rows of the model database, by table; each is what Postgres holds, as far as the use cases read it. */
export interface DeviceRow {
  readonly tenant: TenantId
  readonly id: DeviceId
  readonly event: EventId
  readonly no: DeviceNo
  readonly label: string
  readonly role: DeviceRole
  readonly list: ListId
  readonly gate: GateId
  readonly signKey: string
  readonly wrapKey: string
  readonly state: DeviceState
  readonly throughSeq: number
  readonly throughHash: ScanHash
  readonly retiredHeadSeq: number | null
  readonly forkSeq: number | null
  readonly pollHash: string | null
  readonly words: readonly string[]
  readonly waitsUntilMs: number | null
  readonly pairedMs: number | null
  readonly lastContactMs: number | null
  readonly heldRevision: number
}

/** A tablet that was let in, whatever became of it: a desk chains by itself and pushes nothing. */
export function letIn(
  row: DeviceRow | undefined,
): (DeviceRow & { readonly state: PushingDevice['state'] }) | null {
  if (!row) return null
  const { state } = row
  return state === 'waiting' || state === 'refused' || state === 'desk' ? null : { ...row, state }
}

export interface ScanRow extends NewScan {
  readonly device: DeviceId
  readonly event: EventId
  readonly receivedMs: number
}

export interface ContactRow extends Contact {
  readonly place: 'first' | 'last'
}

export interface ChallengeRow {
  readonly device: DeviceId
  readonly tiMs: number
  readonly usedMs: number | null
}

export interface RulingRowKept {
  readonly event: EventId
  readonly list: ListId
  readonly invitee: InviteeNo
  readonly id: ScanId
  readonly hash: ScanHash
  readonly ruling: Ruling
  readonly estimateMs: number
  readonly loMs: number | null
  readonly hiMs: number | null
  readonly quarantined: boolean
  readonly revision: number
}

export interface AdmissionRowKept {
  readonly event: EventId
  readonly list: ListId
  readonly invitee: InviteeNo
  readonly inside: boolean
  readonly people: number
  readonly firstMs: number | null
}

export interface IncidentRow {
  readonly id: IncidentId
  readonly event: EventId
  readonly key: string
  readonly kind: IncidentKind
  readonly status: IncidentStatus
  readonly list: ListId | null
  readonly invitee: InviteeNo | null
  readonly device: DeviceId | null
  readonly scans: readonly ScanId[]
  readonly orderUncertain: boolean
  readonly resolution: Resolution | null
  readonly openedMs: number
}

export interface OutboxRowKept {
  readonly tenant: TenantId
  readonly no: number
  readonly body: {
    readonly event: EventId
    readonly keys: readonly (readonly [ListId, InviteeNo])[]
  }
  readonly published: boolean
  /** Its effect is there: the real store has deleted it. */
  readonly done: boolean
}

export interface ClaimRow {
  readonly device: DeviceId
  readonly op: ScanId
  readonly event: EventId
  readonly list: ListId
  readonly gift: boolean
  readonly invitee: InviteeNo | null
  readonly authority: number
  /** Null of a gift, and of what was not granted. */
  readonly slot: number | null
  readonly seq: number
  readonly epoch: number
  readonly gate: GateId
  readonly digest: Digest
  readonly askedHash: string
  readonly answer: ClaimAnswer
  readonly atMs: number
  readonly settledMs: number | null
  readonly voidedMs: number | null
  readonly voidedBy: VoidedBy | null
}

export interface GiftRow extends NewGift {
  readonly taken: number
}

export interface GiftLogRow {
  readonly scan: ScanId
  readonly gift: ListId
  readonly event: EventId
  readonly invitee: InviteeNo
  readonly device: DeviceId
  readonly atMs: number
  readonly voidedMs: number | null
}

/** Who grants an event's claims; central under number 1 where there is no row. */
export interface AuthorityRow {
  readonly no: number
  readonly hub: DeviceId | null
}

export interface TicketRowKept extends ManifestTicket {
  readonly event: EventId
  readonly ticket: TicketId
  readonly kid: number
  readonly generation: number
  readonly revision: number
  readonly erasedMs: number | null
}

export interface QuarantinedPushRow {
  readonly key: string
  readonly device: DeviceId
  readonly reason: string
  readonly bytes: string
  /** Of a device that nobody paired; null of one that names its own. */
  readonly event: EventId | null
}

export interface EventRow extends EventDetails {
  readonly tenant: TenantId
}

export interface RevisionRow {
  readonly manifest: number
  readonly frame: number
  readonly rulings: number
  readonly invitees: number
}

export interface FrameRow {
  readonly event: EventId
  readonly list: CheckInList | null
  readonly gate: Gate | null
}

export interface PairingCodeRow {
  readonly tenant: TenantId
  readonly event: EventId
  readonly list: ListId
  readonly gate: GateId
  readonly role: DeviceRole
  readonly expiresMs: number
  readonly used: boolean
}

export interface SnapshotRow {
  readonly event: EventId
  readonly meta: SnapshotMeta
  readonly builtMs: number
}

export interface UserRow extends User {
  readonly tenant: TenantId
  readonly passwordHash: string
}

export type AuditRowKept = AuditRow & { readonly tenant: TenantId }
