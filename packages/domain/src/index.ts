export { assert } from './assert.ts'
export { deriveSlots, type Slot, type Use } from './entries/slots.ts'
export type {
  DeviceId,
  DeviceNo,
  Digest,
  EventId,
  GateId,
  IncidentId,
  InviteeNo,
  ListId,
  NodeId,
  ScanHash,
  ScanId,
  TenantId,
  TicketId,
  UserId,
} from './ids.ts'
export type { DerivedIncident, IncidentKind, Ruling } from './incident.ts'
export type {
  CheckInList,
  Counting,
  Gate,
  ListRule,
  ManifestFrame,
  ManifestTicket,
  Policy,
  TicketState,
} from './manifest.ts'
export { type Failure, fail, ok, type Result } from './result.ts'
export type {
  Contact,
  DeviceRole,
  Quarantine,
  SaltedText,
  Scan,
  ScanAct,
  ScanBody,
  ScanInput,
  ScanTexts,
} from './scan.ts'
export { dayInZone } from './time/day.ts'
export type { EarlierUse, Reason, Tier, Verdict, VerdictKind } from './verdict.ts'
