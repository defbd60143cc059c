import type { DeviceState } from '@eventpass/api'
import type {
  DeviceId,
  DeviceNo,
  DeviceRole,
  EventId,
  GateId,
  ListId,
  ScanHash,
  UserId,
} from '@eventpass/domain'
import {
  bigint,
  bigserial,
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
import { bytes, hex, ms, tenantColumn } from './columns.ts'
import { events, gates, lists } from './events.ts'

/** A tablet at one event. A tablet at two events is two devices with two chains. */
export const devices = pgTable(
  'devices',
  {
    tenant: tenantColumn(),
    id: uuid('id').$type<DeviceId>().primaryKey(),
    event: uuid('event').$type<EventId>().notNull(),
    /** Given by central within the event, from 1; breaks ties (TM6). */
    no: integer('no').$type<DeviceNo>().notNull(),
    label: text('label').notNull(),
    role: text('role').$type<DeviceRole>().notNull(),
    list: uuid('list').$type<ListId>().notNull(),
    gate: uuid('gate').$type<GateId>().notNull(),
    /** Raw uncompressed P-256 points, 65 bytes. */
    signKey: bytes('sign_key').notNull(),
    wrapKey: bytes('wrap_key').notNull(),
    state: text('state').$type<DeviceState>().notNull(),
    /** Longest gap-free prefix of the chain that is here, and its last hash. */
    throughSeq: integer('through_seq').notNull().default(0),
    throughHash: hex('through_hash').$type<ScanHash>().notNull(),
    /** Head at which it was retired or revoked: scans beyond it are quarantined (TM8). */
    retiredHeadSeq: integer('retired_head_seq'),
    /** Lowest number at which two branches of its chain are known, or null. */
    forkSeq: integer('fork_seq'),
    /** SHA-256 of the secret with which it asks for the outcome of its pairing. */
    pollHash: hex('poll_hash'),
    /** The four words that both screens show. */
    words: jsonb('words').$type<readonly string[]>().notNull(),
    appVersion: text('app_version'),
    createdMs: ms('created_ms').notNull(),
    /** The pairing waits for a person until then. */
    waitsUntilMs: ms('waits_until_ms'),
    pairedMs: ms('paired_ms'),
    lastContactMs: ms('last_contact_ms'),
    /** How far its list goes, by what it last asked to go on from: what confirms erasures (GD1). */
    heldRevision: bigint('held_revision', { mode: 'number' }).notNull().default(0),
  },
  (t) => [
    unique('devices_tenant_id_key').on(t.tenant, t.id),
    unique('devices_event_no_key').on(t.event, t.no),
    foreignKey({ columns: [t.tenant, t.event], foreignColumns: [events.tenant, events.id] }),
    foreignKey({ columns: [t.tenant, t.list], foreignColumns: [lists.tenant, lists.id] }),
    foreignKey({ columns: [t.tenant, t.gate], foreignColumns: [gates.tenant, gates.id] }),
  ],
)

/** One-time pairing codes (DV1); `hash` is SHA-256 of the code in the link. */
export const pairingCodes = pgTable(
  'pairing_codes',
  {
    tenant: tenantColumn(),
    hash: hex('hash').primaryKey(),
    event: uuid('event').$type<EventId>().notNull(),
    list: uuid('list').$type<ListId>().notNull(),
    gate: uuid('gate').$type<GateId>().notNull(),
    role: text('role').$type<DeviceRole>().notNull(),
    expiresMs: ms('expires_ms').notNull(),
    usedMs: ms('used_ms'),
    createdBy: uuid('created_by').$type<UserId>().notNull(),
  },
  (t) => [
    foreignKey({ columns: [t.tenant, t.event], foreignColumns: [events.tenant, events.id] }),
    foreignKey({ columns: [t.tenant, t.list], foreignColumns: [lists.tenant, lists.id] }),
    foreignKey({ columns: [t.tenant, t.gate], foreignColumns: [gates.tenant, gates.id] }),
  ],
)

/** Open time challenges (TM): one reply each, within 10 s. */
export const challenges = pgTable(
  'challenges',
  {
    tenant: tenantColumn(),
    nonceHash: hex('nonce_hash').primaryKey(),
    device: uuid('device').$type<DeviceId>().notNull(),
    node: text('node').notNull(),
    tiMs: ms('ti_ms').notNull(),
    usedMs: ms('used_ms'),
  },
  (t) => [
    index('challenges_device_idx').on(t.tenant, t.device),
    foreignKey({ columns: [t.tenant, t.device], foreignColumns: [devices.tenant, devices.id] }),
  ],
)

/** Time exchanges; of each (device, epoch, head, node) the first and the last are kept. */
export const contacts = pgTable(
  'contacts',
  {
    tenant: tenantColumn(),
    event: uuid('event').$type<EventId>().notNull(),
    device: uuid('device').$type<DeviceId>().notNull(),
    node: text('node').notNull(),
    epoch: integer('epoch').notNull(),
    headSeq: integer('head_seq').notNull(),
    place: text('place').$type<'first' | 'last'>().notNull(),
    headHash: hex('head_hash').$type<ScanHash>().notNull(),
    monoMs: ms('mono_ms').notNull(),
    wallMs: ms('wall_ms').notNull(),
    tiMs: ms('ti_ms').notNull(),
    trMs: ms('tr_ms').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.device, t.epoch, t.headSeq, t.node, t.place] }),
    index('contacts_event_idx').on(t.tenant, t.event),
    foreignKey({ columns: [t.tenant, t.device], foreignColumns: [devices.tenant, devices.id] }),
  ],
)

/** Pushes whose chain or signature failed, or whose device nobody paired, kept whole as evidence (SY3). */
export const quarantinedPushes = pgTable(
  'quarantined_pushes',
  {
    tenant: tenantColumn(),
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    event: uuid('event').$type<EventId>().notNull(),
    device: uuid('device').$type<DeviceId>().notNull(),
    bytes: text('bytes').notNull(),
    reason: text('reason').notNull(),
    receivedMs: ms('received_ms').notNull(),
  },
  (t) => [
    // No foreign key: a device that is unknown here is why some of them are kept.
    index('quarantined_pushes_device_idx').on(t.tenant, t.device),
  ],
)
