import type { DeviceId, EventId, TenantId, UserId } from '@eventpass/domain'
import type { AccountStore } from '../accounts/account-store.ts'
import type { AuditChainStore } from '../audit/audit-chain-store.ts'
import type { AuditStore } from '../audit/audit-store.ts'
import type { ClaimStore } from '../claims/claim-store.ts'
import type { DeskStore } from '../claims/desk-store.ts'
import type { ContactStore } from '../contacts/contact-store.ts'
import type { DeviceAdminStore } from '../devices-admin/device-admin-store.ts'
import type { ErasureStore } from '../erasure/erasure-store.ts'
import type { EventStore } from '../events/event-store.ts'
import type { FinalityStore } from '../finality/finality-store.ts'
import type { GiftStore } from '../gifts/gift-store.ts'
import type { IncidentStore } from '../incidents/incident-store.ts'
import type { ImportStore } from '../invitees/import-store.ts'
import type { InviteeStore } from '../invitees/invitee-store.ts'
import type { CentralLedger } from '../ledger/central-ledger.ts'
import type { ManifestReads } from '../manifest/manifest-store.ts'
import type { NotificationStore } from '../notifications/notification-store.ts'
import type { OrderStore } from '../orders/order-store.ts'
import type { TenantOutbox } from '../outbox/outbox-store.ts'
import type { PairingStore } from '../pairing/pairing-store.ts'
import type { ReconcileStore } from '../reconcile/reconcile-store.ts'
import type { SnapshotStore } from '../snapshots/snapshot-store.ts'
import type { TicketStore } from '../tickets/ticket-store.ts'

/**
 * The stores of one tenant within one transaction.
 *
 * Whatever a use case reads or writes goes through one of these, so that no row of another tenant
 * can be meant (TN1). Return failures before the first write: only a throw rolls back.
 */
export interface TenantTx {
  readonly tenant: TenantId
  readonly accounts: AccountStore
  readonly audit: AuditStore
  readonly auditChain: AuditChainStore
  readonly claims: ClaimStore
  readonly desks: DeskStore
  readonly devices: DeviceAdminStore
  readonly erasure: ErasureStore
  readonly events: EventStore
  readonly contacts: ContactStore
  readonly gifts: GiftStore
  readonly finality: FinalityStore
  readonly imports: ImportStore
  readonly incidents: IncidentStore
  readonly invitees: InviteeStore
  readonly ledger: CentralLedger
  readonly manifest: ManifestReads
  readonly notifications: NotificationStore
  readonly orders: OrderStore
  readonly outbox: TenantOutbox
  readonly pairing: PairingStore
  readonly reconcile: ReconcileStore
  readonly snapshots: SnapshotStore
  readonly tickets: TicketStore
}

export interface TenancyDep {
  /** Runs `work` in one transaction that sees and writes this tenant's rows alone. */
  readonly tx: <T>(tenant: TenantId, work: (tx: TenantTx) => Promise<T>) => Promise<T>
}

/** What may be asked before a tenant is known: ids only. */
export interface LookupsDep {
  readonly lookups: {
    readonly findUser: (email: string) => Promise<{ tenant: TenantId; user: UserId } | null>
    /** `sessionId` is SHA-256 of the session's secret, hex. */
    readonly findSession: (sessionId: string) => Promise<{ tenant: TenantId; user: UserId } | null>
    readonly findDevice: (device: DeviceId) => Promise<{ tenant: TenantId; event: EventId } | null>
    readonly findEvent: (event: EventId) => Promise<{ tenant: TenantId; event: EventId } | null>
    /** `codeHash` is SHA-256 of the pairing code, hex. */
    readonly findPairingCode: (
      codeHash: string,
    ) => Promise<{ tenant: TenantId; event: EventId } | null>
    /** All tenants in id order, a page behind `after`. */
    readonly findTenants: (after: TenantId | null, limit: number) => Promise<readonly TenantId[]>
  }
}
