export {
  hashText,
  hashTexts,
  saltBytes,
  saltText,
  textsMatch,
} from './chain/salted-text.ts'
export { parseScanBody, ScanBodyJson } from './chain/scan-body.ts'
export {
  createLinkHasher,
  findBrokenLink,
  hashLink,
  type Link,
  type LinkHasher,
  linkInput,
  sealScan,
  verifyChain,
  zeroHash,
} from './chain/seal-scan.ts'
export { createGate, type RunningGate } from './gate/create-gate.ts'
export type {
  Gate,
  GateStatus,
  PairingView,
  ScanAttempt,
  SearchHit,
  ShownVerdict,
} from './gate/gate.ts'
export type { Clock, GateDeps } from './gate/gate-deps.ts'
export { NameUsedError, WriteRefusedError } from './gate/manifest-fault.ts'
export { createRandomPool } from './gate/random-pool.ts'
export type {
  HeldKey,
  HistoryRow,
  KeyRing,
  KeyStore,
  LedgerFacts,
  LedgerFiles,
  LedgerStore,
  ManifestStore,
  NewScan,
  OwnScan,
  SnapshotDownload,
  SnapshotFiles,
  StoredUse,
} from './gate/stores.ts'
export type { RangeAnswer, Upstream, UpstreamAnswer, UpstreamFailure } from './gate/upstream.ts'
export { hashPin, isPin } from './pairing/pin.ts'
export { pairingWords, pairingWordsCount } from './pairing/words.ts'
export { type ParsedPush, type ReadScan, readPush } from './sign/read-push.ts'
export {
  createSignKeyPair,
  exportPublicKey,
  importVerifyingKey,
  openSigned,
  type PushHead,
  type SignedFailure,
  signContact,
  signPairing,
  signPushHead,
  signStatement,
  verifyContact,
  verifyPairing,
  verifyPushHead,
} from './sign/signature.ts'
export { base64urlFromBytes, bytesFromBase64url } from './wire/base64url.ts'
export { ClaimInput, ClaimOutput } from './wire/claim.ts'
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
