import type { CheckInList, DeviceId, EventId, GateId, ListId, Policy } from '@eventpass/domain'
import {
  bigint,
  foreignKey,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core'
import { tenants } from './accounts.ts'
import { hex, ms, tenantColumn } from './columns.ts'

export const events = pgTable(
  'events',
  {
    tenant: tenantColumn().references(() => tenants.id),
    id: uuid('id').$type<EventId>().primaryKey(),
    name: text('name').notNull(),
    /** IANA zone. */
    timeZone: text('time_zone').notNull(),
    startsMs: ms('starts_ms').notNull(),
    endsMs: ms('ends_ms').notNull(),
    policy: jsonb('policy').$type<Omit<Policy, 'timeZone'>>().notNull(),
    /** The kid that signs new tokens. Keys are derived, never stored. */
    signingKid: smallint('signing_kid').notNull(),
    /** First 4 bytes of SHA-256(event), in its tokens. */
    tag: hex('tag').notNull(),
    /** Supervisor PIN as "salt:hex of SHA-256(salt ‖ pin)", or null. */
    pinHash: text('pin_hash'),
    /** How long a device may work unheard, of monotonic time; null lasts to the event's end (DV4). */
    leaseMs: ms('lease_ms'),
    createdMs: ms('created_ms').notNull(),
    closedMs: ms('closed_ms'),
    /** Who grants claims, under a number that central raises with every change: central where no hub is named. */
    authorityNo: integer('authority_no').notNull().default(1),
    authorityHub: uuid('authority_hub').$type<DeviceId>(),
  },
  (t) => [
    unique('events_tenant_id_key').on(t.tenant, t.id),
    unique('events_tenant_tag_key').on(t.tenant, t.tag),
  ],
)

/** Columns and foreign key of whatever belongs to one event of one tenant. */
const eventColumn = () => uuid('event').$type<EventId>().notNull()

export const eventKeys = pgTable(
  'event_keys',
  {
    tenant: tenantColumn(),
    event: eventColumn(),
    kid: smallint('kid').notNull(),
    createdMs: ms('created_ms').notNull(),
    retiredMs: ms('retired_ms'),
  },
  (t) => [
    primaryKey({ columns: [t.event, t.kid] }),
    foreignKey({ columns: [t.tenant, t.event], foreignColumns: [events.tenant, events.id] }),
  ],
)

/**
 * The one revision line of an event (SY5).
 *
 * A writing transaction takes this row as its *last* lock, so that revisions are
 * committed in the order of their numbers and no pull skips one.
 */
export const eventRevisions = pgTable(
  'event_revisions',
  {
    tenant: tenantColumn(),
    event: eventColumn().primaryKey(),
    manifestRevision: bigint('manifest_revision', { mode: 'number' }).notNull().default(0),
    /** Manifest revision at which the frame (name, lists, gates, policy) last changed. */
    frameRevision: bigint('frame_revision', { mode: 'number' }).notNull().default(0),
    rulingsRevision: bigint('rulings_revision', { mode: 'number' }).notNull().default(0),
    /** How many invitees there are, kept so that a dashboard need not count them. */
    inviteeCount: integer('invitee_count').notNull().default(0),
  },
  (t) => [foreignKey({ columns: [t.tenant, t.event], foreignColumns: [events.tenant, events.id] })],
)

export const categories = pgTable(
  'categories',
  {
    tenant: tenantColumn(),
    event: eventColumn(),
    /** Index in the manifest's categories, from 0 without gaps. */
    idx: integer('idx').notNull(),
    name: text('name').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.event, t.idx] }),
    unique('categories_event_name_key').on(t.event, t.name),
    foreignKey({ columns: [t.tenant, t.event], foreignColumns: [events.tenant, events.id] }),
  ],
)

export const lists = pgTable(
  'lists',
  {
    tenant: tenantColumn(),
    id: uuid('id').$type<ListId>().notNull(),
    event: eventColumn(),
    name: text('name').notNull(),
    config: jsonb('config').$type<Omit<CheckInList, 'id' | 'name'>>().notNull(),
    createdMs: ms('created_ms').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenant, t.id] }),
    unique('lists_event_name_key').on(t.event, t.name),
    foreignKey({ columns: [t.tenant, t.event], foreignColumns: [events.tenant, events.id] }),
  ],
)

export const gates = pgTable(
  'gates',
  {
    tenant: tenantColumn(),
    id: uuid('id').$type<GateId>().notNull(),
    event: eventColumn(),
    name: text('name').notNull(),
    createdMs: ms('created_ms').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenant, t.id] }),
    unique('gates_event_name_key').on(t.event, t.name),
    foreignKey({ columns: [t.tenant, t.event], foreignColumns: [events.tenant, events.id] }),
  ],
)
