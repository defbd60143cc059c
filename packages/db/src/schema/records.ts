import type { Topic } from '@eventpass/api'
import type { EventId } from '@eventpass/domain'
import { sql } from 'drizzle-orm'
import {
  bigint,
  bigserial,
  boolean,
  check,
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
import { hex, ms, tenantColumn } from './columns.ts'
import { events } from './events.ts'

/** Who changed what (AU1). `seq` and `chain` are filled by the tenant's sequencer. */
export const auditLogs = pgTable(
  'audit_logs',
  {
    tenant: tenantColumn(),
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    atMs: ms('at_ms').notNull(),
    /** "user:<id>", "device:<id>" or "system". */
    who: text('who').notNull(),
    action: text('action').notNull(),
    event: uuid('event').$type<EventId>(),
    subjectKind: text('subject_kind').notNull(),
    subjectId: text('subject_id').notNull(),
    /** 16 random bytes: without them the hashes cannot be tried against guesses. */
    salt: hex('salt').notNull(),
    /** SHA-256(salt ‖ UTF-8 JSON with sorted keys), or null. */
    beforeHash: hex('before_hash'),
    afterHash: hex('after_hash'),
    requestId: text('request_id').notNull(),
    seq: bigint('seq', { mode: 'number' }),
    chain: hex('chain'),
  },
  (t) => [
    unique('audit_logs_seq_key').on(t.tenant, t.seq),
    index('audit_logs_unsequenced_idx').on(t.tenant, t.id).where(sql`${t.seq} is null`),
    index('audit_logs_subject_idx').on(t.tenant, t.subjectKind, t.subjectId),
  ],
)

/** Heads of each tenant's audit chain as central signed them. They only grow. */
export const auditHeads = pgTable(
  'audit_heads',
  {
    tenant: tenantColumn(),
    seq: bigint('seq', { mode: 'number' }).notNull(),
    /** The signed statement as text, and its signature, base64url. */
    bytes: text('bytes').notNull(),
    signature: text('signature').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenant, t.seq] })],
)

/**
 * Messages written with what they tell of. A row is work to be done: its consumer deletes it in the
 * transaction of its effect.
 */
export const outbox = pgTable(
  'outbox',
  {
    tenant: tenantColumn(),
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    topic: text('topic').$type<Topic>().notNull(),
    key: jsonb('key').notNull(),
    createdMs: ms('created_ms').notNull(),
    /** How long after it was written it is to arrive. */
    delayMs: ms('delay_ms').notNull().default(0),
    /** When the broker took it; null while it waits to be handed over. */
    publishedMs: ms('published_ms'),
    publications: integer('publications').notNull().default(0),
    /** Since when it waits for a person, and what could not be handled. */
    parkedMs: ms('parked_ms'),
    parkedCause: text('parked_cause'),
  },
  (t) => [
    index('outbox_waiting_idx')
      .on(t.tenant, t.id)
      .where(sql`${t.publishedMs} is null and ${t.parkedMs} is null`),
  ],
)

/** Manifest snapshots that were built, newest by revision. */
export const snapshots = pgTable(
  'snapshots',
  {
    tenant: tenantColumn(),
    event: uuid('event').$type<EventId>().notNull(),
    revision: bigint('revision', { mode: 'number' }).notNull(),
    format: integer('format').notNull(),
    meta: jsonb('meta').notNull(),
    path: text('path').notNull(),
    builtMs: ms('built_ms').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.event, t.revision, t.format] }),
    foreignKey({ columns: [t.tenant, t.event], foreignColumns: [events.tenant, events.id] }),
  ],
)

/**
 * The life that this database lives: `incarnation` is new after a restore from backup.
 *
 * The one table without a tenant: it says nothing of any. Tenants read it and cannot write it.
 */
export const nodeState = pgTable(
  'node_state',
  {
    singleton: boolean('singleton').primaryKey().default(true),
    incarnation: uuid('incarnation').notNull(),
    node: text('node').notNull(),
    createdMs: ms('created_ms').notNull(),
  },
  (t) => [check('node_state_singleton', sql`${t.singleton}`)],
)
