export type { ContactStore } from './contacts/contact-store.ts'
export { acceptContact, type ContactDeps, challengeDevice } from './contacts/exchange-contact.ts'
export { acceptPush, type Push, type PushDeps } from './ledger/accept-push.ts'
export type {
  CentralLedger,
  ChainHead,
  NewScan,
  PushingDevice,
  StoredLink,
} from './ledger/central-ledger.ts'
export type { ManifestReads, PullingDevice, TicketChange } from './manifest/manifest-store.ts'
export { type PullDeps, pullChanges } from './manifest/pull-changes.ts'
export {
  attemptsMax,
  type Broker,
  type Message,
  messageBytesMax,
  type Subscription,
  type Topic,
} from './outbox/broker.ts'
export {
  type OutboxRow,
  type OutboxStore,
  relayBatchMax,
  relayOutbox,
} from './outbox/relay-outbox.ts'
export { type PairingDeps, readPairing, startPairing } from './pairing/pair-device.ts'
export type {
  GrantedEvent,
  OpenedPairing,
  PairedDevice,
  PairingStore,
  WaitingDevice,
} from './pairing/pairing-store.ts'
export { issuePass, type Pass, type PassDeps, passMs, readPass } from './passes/pass.ts'
export { keysPerPassMax, reconcileKeys } from './reconcile/reconcile-keys.ts'
export type {
  AdmissionRow,
  DirtyKey,
  ListsOfEvent,
  RaiseIncident,
  ReconcileStore,
  RulingRow,
} from './reconcile/reconcile-store.ts'
