import type { EventId, InviteeNo, OrderId, TenantId } from '@eventpass/domain'

/** `created` holds its invitees until it is paid, its time is over, or it is taken back. */
export type OrderState = 'created' | 'paid' | 'expired' | 'cancelled'

export interface Order {
  readonly id: OrderId
  readonly event: EventId
  /** What the organiser calls it, or null. */
  readonly reference: string | null
  readonly state: OrderState
  /** In number order, at least one. */
  readonly invitees: readonly InviteeNo[]
  readonly createdMs: number
  /** When it expires unless it is paid. */
  readonly dueMs: number
  /** When it was paid, expired or cancelled. */
  readonly settledMs: number | null
}

/** Orders of one tenant. */
export interface OrderStore {
  readonly create: (order: Order) => Promise<void>
  /** Keeps others from settling it until the end of the transaction. */
  readonly lock: (event: EventId, order: OrderId) => Promise<Order | null>
  readonly settle: (
    order: OrderId,
    settled: { readonly state: Exclude<OrderState, 'created'>; readonly settledMs: number },
  ) => Promise<void>
  /** Which of these an order of state `created` holds. */
  readonly findHeld: (
    event: EventId,
    invitees: readonly InviteeNo[],
  ) => Promise<readonly InviteeNo[]>
  /** Newest first, older than `before`. */
  readonly findPage: (
    event: EventId,
    page: { readonly before: OrderId | null; readonly limit: number },
  ) => Promise<readonly Order[]>
  /** Whose time is over at `nowMs`, longest over first. */
  readonly findDue: (
    nowMs: number,
    limit: number,
  ) => Promise<readonly { readonly event: EventId; readonly order: OrderId }[]>
}

/** What the sweep asks before it knows a tenant. */
export interface DueOrdersDep {
  readonly dueOrders: {
    /** Tenants with orders whose time is over, in id order behind `after`. */
    readonly findTenants: (
      nowMs: number,
      after: TenantId | null,
      limit: number,
    ) => Promise<readonly TenantId[]>
  }
}
