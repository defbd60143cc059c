import type { ClaimAnswer, VoidedBy } from '@eventpass/api'
import type {
  DeviceId,
  Digest,
  EventId,
  GateId,
  InviteeNo,
  ListId,
  ScanId,
} from '@eventpass/domain'
import { sql } from 'drizzle-orm'
import {
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { hex, ms, tenantColumn } from './columns.ts'

/**
 * Every op that asked for a claim, with what it was told, for good (LG7).
 *
 * The two unique indexes are the promise of CL1: of one slot of an authority, and of one gift an
 * invitee, at most one accepted claim stands. No foreign keys, as in `scans`.
 */
export const claims = pgTable(
  'claims',
  {
    tenant: tenantColumn(),
    device: uuid('device').$type<DeviceId>().notNull(),
    /** The scan's id. */
    op: uuid('op').$type<ScanId>().notNull(),
    event: uuid('event').$type<EventId>().notNull(),
    /** The list, or the gift, which is one. */
    list: uuid('list').$type<ListId>().notNull(),
    gift: boolean('gift').notNull(),
    /** Null where the digest named no row: such an op is never accepted. */
    inviteeNo: integer('invitee_no').$type<InviteeNo>(),
    authority: integer('authority').notNull(),
    slot: integer('slot'),
    seq: integer('seq').notNull(),
    epoch: integer('epoch').notNull(),
    gate: uuid('gate').$type<GateId>().notNull(),
    digest: hex('digest').$type<Digest>().notNull(),
    /** SHA-256 of what was asked: another question under this op is refused. */
    askedHash: hex('asked_hash').notNull(),
    outcome: text('outcome').$type<ClaimAnswer['outcome']>().notNull(),
    answer: jsonb('answer').$type<ClaimAnswer>().notNull(),
    atMs: ms('at_ms').notNull(),
    /** When its scan came and said admit. */
    settledMs: ms('settled_ms'),
    voidedMs: ms('voided_ms'),
    voidedBy: text('voided_by').$type<VoidedBy>(),
  },
  (t) => [
    primaryKey({ columns: [t.device, t.op] }),
    uniqueIndex('claims_slot_key')
      .on(t.event, t.list, t.inviteeNo, t.authority, t.slot)
      .where(sql`${t.outcome} = 'accepted' and ${t.voidedMs} is null and not ${t.gift}`),
    uniqueIndex('claims_gift_key')
      .on(t.event, t.list, t.inviteeNo, t.authority)
      .where(sql`${t.outcome} = 'accepted' and ${t.voidedMs} is null and ${t.gift}`),
    index('claims_unsettled_idx')
      .on(t.device, t.seq)
      .where(sql`${t.outcome} = 'accepted' and ${t.settledMs} is null and ${t.voidedMs} is null`),
  ],
)
