import type {
  DeviceId,
  DeviceRole,
  Digest,
  EventId,
  GateId,
  InviteeNo,
  ListId,
  Quarantine,
  Reason,
  Ruling,
  ScanAct,
  ScanHash,
  ScanId,
  ScanInput,
  Tier,
  VerdictKind,
} from '@eventpass/domain'
import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uuid,
} from 'drizzle-orm/pg-core'
import { hex, ms, tenantColumn } from './columns.ts'

/**
 * The ledger: append-only. `bytes` is what the device wrote; every other column projects it.
 *
 * No foreign keys: a batch costs what its rows cost, and the tenant comes from the transaction.
 */
export const scans = pgTable(
  'scans',
  {
    tenant: tenantColumn(),
    device: uuid('device').$type<DeviceId>().notNull(),
    seq: integer('seq').notNull(),
    hash: hex('hash').$type<ScanHash>().notNull(),
    prev: hex('prev').$type<ScanHash>().notNull(),
    bytes: text('bytes').notNull(),
    event: uuid('event').$type<EventId>().notNull(),
    /** From here on null where the bytes could not be read (SY3). */
    id: uuid('id').$type<ScanId>(),
    epoch: integer('epoch'),
    monoMs: ms('mono_ms'),
    wallMs: ms('wall_ms'),
    list: uuid('list').$type<ListId>(),
    gate: uuid('gate').$type<GateId>(),
    act: text('act').$type<ScanAct>(),
    input: text('input').$type<ScanInput>(),
    role: text('role').$type<DeviceRole>(),
    digest: hex('digest').$type<Digest>(),
    verdict: text('verdict').$type<VerdictKind>(),
    reason: text('reason').$type<Reason>(),
    tier: text('tier').$type<Tier>(),
    forced: boolean('forced'),
    forceSent: boolean('force_sent'),
    answers: uuid('answers').$type<ScanId>(),
    target: uuid('target').$type<ScanId>(),
    /** Manifest revision that decided. */
    revision: bigint('revision', { mode: 'number' }),
    /** Resolved from the digest by whoever stores it; null where no row is known. */
    inviteeNo: integer('invitee_no').$type<InviteeNo>(),
    /** '' or, after a fork, the first hash of its branch (TM6). */
    branch: text('branch').notNull().default(''),
    quarantine: text('quarantine').$type<Quarantine>(),
    /** True where every link before it is here too. */
    connected: boolean('connected').notNull().default(true),
    receivedMs: ms('received_ms').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.device, t.seq, t.hash] }),
    index('scans_event_id_idx').on(t.event, t.id),
    index('scans_target_idx').on(t.event, t.target).where(sql`${t.target} is not null`),
    index('scans_key_idx').on(t.event, t.list, t.inviteeNo).where(sql`${t.inviteeNo} is not null`),
    index('scans_unresolved_idx')
      .on(t.event, t.digest)
      .where(sql`${t.inviteeNo} is null and ${t.digest} is not null`),
  ],
)

/** Free text beside a scan, with the salt of its hash in the body; erasure deletes it. */
export const scanTexts = pgTable(
  'scan_texts',
  {
    tenant: tenantColumn(),
    scanHash: hex('scan_hash').$type<ScanHash>().notNull(),
    field: text('field').$type<'code' | 'answer' | 'note'>().notNull(),
    salt: text('salt').notNull(),
    text: text('text').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenant, t.scanHash, t.field] })],
)

/**
 * One row a (list, invitee): the lock of reconcile (LG8), and what the event's counts are made of.
 *
 * It is written twice, first as the lock: a migration has pages filled by half, so that the second time
 * changes no index.
 */
export const admissions = pgTable(
  'admissions',
  {
    tenant: tenantColumn(),
    event: uuid('event').$type<EventId>().notNull(),
    list: uuid('list').$type<ListId>().notNull(),
    inviteeNo: integer('invitee_no').$type<InviteeNo>().notNull(),
    inside: boolean('inside').notNull().default(false),
    /** Unvoided entries minus exits, never below zero (EN5). */
    people: integer('people').notNull().default(0),
    firstMs: ms('first_ms'),
    reconciledMs: ms('reconciled_ms'),
  },
  (t) => [
    primaryKey({ columns: [t.tenant, t.list, t.inviteeNo] }),
    index('admissions_event_idx').on(t.event, t.inviteeNo),
  ],
)

/** What reconcile decided about a scan; derived, so that it can be worked out again. */
export const rulings = pgTable(
  'rulings',
  {
    tenant: tenantColumn(),
    scanHash: hex('scan_hash').$type<ScanHash>().notNull(),
    scanId: uuid('scan_id').$type<ScanId>().notNull(),
    event: uuid('event').$type<EventId>().notNull(),
    list: uuid('list').$type<ListId>().notNull(),
    inviteeNo: integer('invitee_no').$type<InviteeNo>().notNull(),
    kind: text('kind').$type<Ruling['kind']>().notNull(),
    /** The scan that superseded or voided it. */
    by: uuid('by').$type<ScanId>(),
    estimateMs: ms('estimate_ms').notNull(),
    loMs: ms('lo_ms'),
    hiMs: ms('hi_ms'),
    quarantined: boolean('quarantined').notNull(),
    revision: bigint('revision', { mode: 'number' }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenant, t.scanHash] }),
    index('rulings_revision_idx').on(t.event, t.revision),
    index('rulings_key_idx').on(t.event, t.list, t.inviteeNo),
  ],
)
