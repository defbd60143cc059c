export type {
  Gate,
  GateStatus,
  PairingView,
  ScanAttempt,
  SearchHit,
  ShownVerdict,
} from './gate/gate.ts'
export type {
  HeldKey,
  HistoryRow,
  KeyRing,
  KeyStore,
  LedgerFacts,
  LedgerFiles,
  LedgerStore,
  ManifestStore,
  OwnScan,
  SnapshotDownload,
  SnapshotFiles,
  StoredUse,
} from './gate/stores.ts'
export {
  Challenge,
  ChallengeInput,
  ContactInput,
  ContactOutput,
  Receipt,
} from './wire/contact.ts'
export {
  DeviceGrant,
  KeyGrant,
  PairStartInput,
  PairStartOutput,
  PairStatusInput,
  PairStatusOutput,
} from './wire/pairing.ts'
export { Signed } from './wire/primitives.ts'
export {
  HeardScan,
  ManifestDelta,
  PullInput,
  PullOutput,
  SnapshotInput,
  SnapshotMeta,
  SnapshotOutput,
  scansPerPullMax,
  TicketRow,
  ticketsPerPullMax,
  VectorEntry,
} from './wire/pull.ts'
export {
  PushedScan,
  PushInput,
  PushOutput,
  ScanAnswer,
  scansPerPushMax,
} from './wire/push.ts'
export { rowToTicket, ticketToRow } from './wire/ticket-row.ts'
export { PROTOCOL_VERSION } from './wire/version.ts'
