import type { OrderState } from '@eventpass/api'
import type { EventId, InviteeNo, OrderId } from '@eventpass/domain'
import { sql } from 'drizzle-orm'
import {
  boolean,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { ms, tenantColumn } from './columns.ts'
import { events } from './events.ts'

/** Invitees held for a buyer. This table is the truth; messages only make it prompt. */
export const orders = pgTable(
  'orders',
  {
    tenant: tenantColumn(),
    id: uuid('id').$type<OrderId>().notNull(),
    event: uuid('event').$type<EventId>().notNull(),
    /** What the organiser calls it. */
    reference: text('reference'),
    state: text('state').$type<OrderState>().notNull(),
    createdMs: ms('created_ms').notNull(),
    dueMs: ms('due_ms').notNull(),
    settledMs: ms('settled_ms'),
  },
  (t) => [
    primaryKey({ columns: [t.tenant, t.id] }),
    index('orders_due_idx').on(t.tenant, t.dueMs).where(sql`${t.state} = 'created'`),
    index('orders_event_idx').on(t.event, t.createdMs, t.id),
    foreignKey({ columns: [t.tenant, t.event], foreignColumns: [events.tenant, events.id] }),
  ],
)

export const orderInvitees = pgTable(
  'order_invitees',
  {
    tenant: tenantColumn(),
    order: uuid('order').$type<OrderId>().notNull(),
    event: uuid('event').$type<EventId>().notNull(),
    inviteeNo: integer('invitee_no').$type<InviteeNo>().notNull(),
    /** True while the order is neither paid nor over: one order at a time holds an invitee. */
    holds: boolean('holds').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenant, t.order, t.inviteeNo] }),
    uniqueIndex('order_invitees_held_key').on(t.event, t.inviteeNo).where(sql`${t.holds}`),
    foreignKey({ columns: [t.tenant, t.order], foreignColumns: [orders.tenant, orders.id] }),
  ],
)
