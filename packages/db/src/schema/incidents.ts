import type {
  DeviceId,
  EventId,
  IncidentId,
  IncidentKind,
  InviteeNo,
  ListId,
  ScanId,
} from '@eventpass/domain'
import {
  boolean,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core'
import { ms, tenantColumn } from './columns.ts'
import { events, lists } from './events.ts'

/** Work for a person. `key` names the same matter whatever arrives later. */
export const incidents = pgTable(
  'incidents',
  {
    tenant: tenantColumn(),
    id: uuid('id').$type<IncidentId>().notNull(),
    event: uuid('event').$type<EventId>().notNull(),
    key: text('key').notNull(),
    kind: text('kind').$type<IncidentKind>().notNull(),
    status: text('status').$type<'open' | 'resolved' | 'dissolved'>().notNull(),
    list: uuid('list').$type<ListId>(),
    inviteeNo: integer('invitee_no').$type<InviteeNo>(),
    device: uuid('device').$type<DeviceId>(),
    /** In TM6 order, the winner first. */
    scans: jsonb('scans').$type<readonly ScanId[]>().notNull(),
    orderUncertain: boolean('order_uncertain').notNull(),
    openedMs: ms('opened_ms').notNull(),
    /** Who closed it, when, how, and the scan ids that it covers (EN4). */
    resolution: jsonb('resolution'),
  },
  (t) => [
    primaryKey({ columns: [t.tenant, t.id] }),
    unique('incidents_event_key_key').on(t.event, t.key),
    index('incidents_key_idx').on(t.event, t.list, t.inviteeNo),
    index('incidents_status_idx').on(t.event, t.status),
    foreignKey({ columns: [t.tenant, t.event], foreignColumns: [events.tenant, events.id] }),
  ],
)

/** What may be handed out once an invitee. Its row in `lists` has the same id: a desk checks it as its list. */
export const gifts = pgTable(
  'gifts',
  {
    tenant: tenantColumn(),
    id: uuid('id').notNull(),
    event: uuid('event').$type<EventId>().notNull(),
    /** How many there are in all; null is unlimited. Claims never take beyond it, offline hand-outs may. */
    stock: integer('stock'),
    /** Unvoided rows of `gift_logs`: what is gone. */
    taken: integer('taken').notNull().default(0),
    createdMs: ms('created_ms').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenant, t.id] }),
    foreignKey({ columns: [t.tenant, t.id], foreignColumns: [lists.tenant, lists.id] }),
    foreignKey({ columns: [t.tenant, t.event], foreignColumns: [events.tenant, events.id] }),
  ],
)

/** Hand-outs of gifts; `id` is the scan's, which a claim makes known before the scan comes. */
export const giftLogs = pgTable(
  'gift_logs',
  {
    tenant: tenantColumn(),
    id: uuid('id').notNull(),
    event: uuid('event').$type<EventId>().notNull(),
    gift: uuid('gift').notNull(),
    inviteeNo: integer('invitee_no').$type<InviteeNo>().notNull(),
    device: uuid('device').$type<DeviceId>(),
    atMs: ms('at_ms').notNull(),
    voidedMs: ms('voided_ms'),
  },
  (t) => [
    primaryKey({ columns: [t.tenant, t.id] }),
    index('gift_logs_gift_idx').on(t.event, t.gift, t.inviteeNo),
    foreignKey({ columns: [t.tenant, t.gift], foreignColumns: [gifts.tenant, gifts.id] }),
  ],
)
