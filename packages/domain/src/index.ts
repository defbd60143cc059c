export { assert } from './assert.ts'
export type { ChainFacts, ChainLink, ChainPlace, LedgerHead } from './chain/chain.ts'
export { deviceIncidents } from './chain/device-incidents.ts'
export { findTip, inspectChain } from './chain/inspect-chain.ts'
export { answeringOf } from './decide/answering.ts'
export { decide } from './decide/decide.ts'
export type {
  Answering,
  DecideInput,
  Force,
  JustHere,
  KnownUse,
  Voucher,
} from './decide/decide-input.ts'
export { JUST_ADMITTED_MS_MAX } from './decide/just-admitted.ts'
export { keepsCode, type TokenFacts } from './decide/token-facts.ts'
export { decideUndo, type UndoInput, type UndoTarget } from './decide/undo.ts'
export { isVouched, voucherOf } from './decide/vouching.ts'
export { countInWords, numberInWords } from './decide/words.ts'
export { deriveSlots, type Slot, type Use } from './entries/slots.ts'
export { groupBy } from './group-by.ts'
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
  OrderId,
  ScanHash,
  ScanId,
  TenantId,
  TicketId,
  UserId,
} from './ids.ts'
export type {
  DerivedIncident,
  IncidentChange,
  IncidentKind,
  IncidentStatus,
  KnownIncident,
  Ruling,
} from './incident.ts'
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
export { erasedName, isErased } from './manifest.ts'
export type { KeyFacts, KeyOutcome, RuledSlot, TicketFact } from './reconcile/key.ts'
export { mergeIncidents } from './reconcile/merge-incidents.ts'
export { reconcileKey, slotTimes } from './reconcile/reconcile-key.ts'
export { type TimedScan, timeScans } from './reconcile/time-scans.ts'
export { VOID_MS_MAX } from './reconcile/voids.ts'
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
export { noTexts } from './scan.ts'
export { foldColumn, foldName } from './search/fold-name.ts'
export {
  isLongEnough,
  likePatterns,
  matchesName,
  searchHitsMax,
  searchLettersMin,
  searchTerms,
} from './search/search-names.ts'
export {
  type ChainMoment,
  type ContactIndex,
  indexContacts,
  indexContactsByDevice,
  keepContact,
  keepContacts,
} from './time/contacts.ts'
export { dayInZone } from './time/day.ts'
export {
  DRIFT_MAX,
  estimateTime,
  type ScanClock,
  scanClock,
  type TimeEstimate,
} from './time/estimate-time.ts'
export {
  CHALLENGE_OPEN_MS_MAX,
  finalUpToMs,
  isFinal,
  type LedgerSource,
  type SlotTimes,
} from './time/finality.ts'
export { type HubContact, mapHubContact } from './time/hub.ts'
export {
  CLOCK_STEP_MS_MIN,
  type ClockReading,
  clockStepMs,
  contactStepMs,
  nowInterval,
  type TimeWindow,
  type WindowRelation,
  windowRelation,
} from './time/now.ts'
export { compareOrder, type Interval, type OrderKey, overlaps } from './time/order.ts'
export type { EarlierUse, Reason, Tier, Verdict, VerdictKind } from './verdict.ts'
