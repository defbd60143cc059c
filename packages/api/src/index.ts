export type { AccountStore, User, UserRole } from './accounts/account-store.ts'
export { readUser } from './accounts/principal.ts'
export {
  type AccountsDep,
  type OpenedSession,
  type PasswordHasher,
  type SessionKeeper,
  type SignedIn,
  sessionCookieName,
} from './accounts/sessions.ts'
export type {
  AuditChainStore,
  HeadKeeper,
  KeptEntry,
  RestoreNote,
  StoredAuditRow,
  UnchainedAuditDep,
} from './audit/audit-chain-store.ts'
export type { AuditRow, AuditStore } from './audit/audit-store.ts'
export { runSequencer } from './audit/sequence-audit.ts'
export { restoredAction } from './audit/verify-audit.ts'
export { type Actor, writeAudit } from './audit/write-audit.ts'
export { acceptClaim } from './claims/accept-claim.ts'
export type { Claim, ClaimAnswer, ClaimVerdict, TakenBy } from './claims/claim.ts'
export { type ClaimShed, type ShedDep, shedMsMax } from './claims/claim-shed.ts'
export {
  type ClaimFacts,
  type ClaimPlace,
  type ClaimStepsDep,
  type ClaimStore,
  claimStepsOver,
  type ForetoldClaim,
  type Late,
  type NewClaim,
  type SettlingScan,
  type StandingClaim,
  type VoidedBy,
} from './claims/claim-store.ts'
export type { Desk, DeskStore } from './claims/desk-store.ts'
export { receiveCode } from './code-router.ts'
export type { ContactStore } from './contacts/contact-store.ts'
export type { ApiDeps } from './deps.ts'
export type {
  DeviceAdminStore,
  DeviceDetails,
  DeviceState,
  PairingCode,
} from './devices-admin/device-admin-store.ts'
export type { AboutSomebody, ErasureStore, Replica } from './erasure/erasure-store.ts'
export type {
  EventCounts,
  EventDetails,
  EventFrame,
  EventPolicy,
  EventStore,
} from './events/event-store.ts'
export { createFailover, type RunFailoverDeps, runFailover } from './failover/create-failover.ts'
export { databaseAway, type Failover } from './failover/failover.ts'
export {
  type Appended,
  type Journal,
  type JournalEntry,
  type JournalFigures,
  type JournalLimits,
  journalLimits,
  type NewJournalEntry,
} from './failover/journal.ts'
export type { ReplayEnd } from './failover/replay-journal.ts'
export type { WatchState } from './failover/watch-database.ts'
export { toTransportError } from './failures.ts'
export type { FinalitySource, FinalityStore } from './finality/finality-store.ts'
export { ownProcedure } from './gates/router.ts'
export type { GiftDetails, GiftStore, HandOut, NewGift, OverStock } from './gifts/gift-store.ts'
export type {
  IncidentDetails,
  IncidentScan,
  IncidentStore,
  LockedIncident,
  Resolution,
} from './incidents/incident-store.ts'
export type {
  ImportChanges,
  ImportFindings,
  ImportProblem,
  ImportScope,
  ImportStore,
  RepeatedRow,
  StagedGuest,
  StagedImport,
} from './invitees/import-store.ts'
export type { InviteeDetails, InviteeStore } from './invitees/invitee-store.ts'
export type {
  LostCells,
  Sheet,
  SheetFault,
  SheetReader,
  SheetRow,
  SheetsDep,
} from './invitees/sheet-reader.ts'
export type {
  CentralLedger,
  ChainTip,
  NewScan,
  PushingDevice,
  StoredLink,
} from './ledger/central-ledger.ts'
export { createRateLimiter, type LimitsDep, type RateLimiter } from './limits/rate-limiter.ts'
export type { LiveBus, LiveDep } from './live/live-bus.ts'
export type { ManifestReads, PullingDevice } from './manifest/manifest-store.ts'
export type { NodeDep } from './node.ts'
export type { Notification, NotificationStore } from './notifications/notification-store.ts'
export type { DueOrdersDep, Order, OrderState, OrderStore } from './orders/order-store.ts'
export {
  attemptsMax,
  type Broker,
  type Consumer,
  delayMsMax,
  type Handled,
  type Message,
  messageBytesMax,
  queueLengthMax,
  type Subscription,
  type Topic,
  topics,
} from './outbox/broker.ts'
export { describeCause } from './outbox/describe-cause.ts'
export type {
  NewOutboxRow,
  OutboxRow,
  OutboxStore,
  ParkedRow,
  TenantOutbox,
} from './outbox/outbox-store.ts'
export { relayOutbox } from './outbox/relay-outbox.ts'
export type { OutboxBell } from './outbox/run-relay.ts'
export type {
  GrantedEvent,
  OpenedPairing,
  PairedDevice,
  PairingStore,
  WaitingDevice,
} from './pairing/pairing-store.ts'
export { issuePass, type Pass, type PassDeps, readPass } from './passes/pass.ts'
export type { PlatformDep } from './platform.ts'
export { consumeReconcile } from './reconcile/consume-reconcile.ts'
export { type ReconcileDeps, reconcileKeys } from './reconcile/reconcile-keys.ts'
export type {
  AdmissionRow,
  DirtyKey,
  ListsOfEvent,
  RaiseIncident,
  ReconcileStore,
  RulingRow,
} from './reconcile/reconcile-store.ts'
export { type AppRouter, appRouter, createCaller } from './router.ts'
export type { SnapshotStore, SnapshotsDep, StoredSnapshot } from './snapshots/snapshot-store.ts'
export type { LookupsDep, TenancyDep, TenantTx } from './tenancy/tenancy.ts'
export type { CurrentTicket, TicketStore } from './tickets/ticket-store.ts'
export { type Context, type Principal, router } from './trpc.ts'
export { receiveUpload } from './upload-router.ts'
export { runWorkers, type Workers, type WorkersDeps } from './workers/run-workers.ts'
export { createWorkFigures, type WorkFigures } from './workers/work-figures.ts'
