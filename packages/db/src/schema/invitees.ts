import type { ImportFindings } from '@eventpass/api'
import type { Digest, EventId, InviteeNo, TicketId, TicketState, UserId } from '@eventpass/domain'
import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { hex, ms, tenantColumn } from './columns.ts'
import { events } from './events.ts'

/** A person on the list of one event. */
export const invitees = pgTable(
  'invitees',
  {
    tenant: tenantColumn(),
    id: uuid('id').notNull(),
    event: uuid('event').$type<EventId>().notNull(),
    /** Number within the event, from 1; what replicas and scans carry. */
    no: integer('no').$type<InviteeNo>().notNull(),
    name: text('name').notNull(),
    /** The name folded for search, by `foldName` of the domain. */
    fold: text('fold').notNull(),
    /** Lower case. */
    email: text('email'),
    phone: text('phone'),
    /** Digits of the phone alone: what the import matches by. Empty where there is none. */
    phoneKey: text('phone_key').notNull().default(''),
    /** Index into the event's categories. */
    category: integer('category'),
    externalId: text('external_id'),
    /** Invitees that came together share the number of the first; null alone. */
    party: integer('party'),
    /** Place within the party, from 1. */
    partyPlace: integer('party_place').notNull().default(1),
    blocked: boolean('blocked').notNull().default(false),
    /** Text for staff at the door. */
    notice: text('notice'),
    revision: bigint('revision', { mode: 'number' }).notNull(),
    /** Since when the row says nothing of anybody (GD1); its revision stands still from then on. */
    erasedMs: ms('erased_ms'),
  },
  (t) => [
    primaryKey({ columns: [t.tenant, t.id] }),
    unique('invitees_event_no_key').on(t.event, t.no),
    uniqueIndex('invitees_external_key')
      .on(t.event, t.externalId, t.partyPlace)
      .where(sql`${t.externalId} is not null`),
    index('invitees_erased_idx').on(t.event, t.revision).where(sql`${t.erasedMs} is not null`),
    foreignKey({ columns: [t.tenant, t.event], foreignColumns: [events.tenant, events.id] }),
  ],
)

/** An invitee's right to come in. The token is never stored: it is signed anew where it is shown. */
export const tickets = pgTable(
  'tickets',
  {
    tenant: tenantColumn(),
    /** 12 random bytes. */
    id: hex('id').$type<TicketId>().notNull(),
    event: uuid('event').$type<EventId>().notNull(),
    invitee: uuid('invitee').notNull(),
    kid: smallint('kid').notNull(),
    /** 1, and one more with each reprint. */
    generation: integer('generation').notNull(),
    /** First 16 bytes of SHA-256 over the decoded token's bytes. */
    digest: hex('digest').$type<Digest>().notNull(),
    state: text('state').$type<TicketState>().notNull(),
    /** When the state last changed, where staff should be told. */
    stateMs: ms('state_ms'),
    validFromMs: ms('valid_from_ms'),
    validUntilMs: ms('valid_until_ms'),
    revision: bigint('revision', { mode: 'number' }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenant, t.id] }),
    unique('tickets_event_digest_key').on(t.event, t.digest),
    index('tickets_revision_idx').on(t.event, t.revision),
    index('tickets_invitee_idx').on(t.tenant, t.invitee),
    foreignKey({ columns: [t.tenant, t.invitee], foreignColumns: [invitees.tenant, invitees.id] }),
  ],
)

/** Digests whose rows replicas must drop. Erasure is none of it: an erased person’s row stays, blank. */
export const tombstones = pgTable(
  'tombstones',
  {
    tenant: tenantColumn(),
    event: uuid('event').$type<EventId>().notNull(),
    digest: hex('digest').$type<Digest>().notNull(),
    revision: bigint('revision', { mode: 'number' }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.event, t.digest] }),
    index('tombstones_revision_idx').on(t.event, t.revision),
    foreignKey({ columns: [t.tenant, t.event], foreignColumns: [events.tenant, events.id] }),
  ],
)

/** One uploaded spreadsheet, read and waiting to be committed. */
export const imports = pgTable(
  'imports',
  {
    tenant: tenantColumn(),
    id: uuid('id').notNull(),
    event: uuid('event').$type<EventId>().notNull(),
    fileName: text('file_name').notNull(),
    /** What the reader found: columns by meaning, counts and row-numbered problems. */
    findings: jsonb('findings').$type<ImportFindings>().notNull(),
    createdBy: uuid('created_by').$type<UserId>().notNull(),
    createdMs: ms('created_ms').notNull(),
    /** Null while its rows are still being read. */
    stagedMs: ms('staged_ms'),
    committedMs: ms('committed_ms'),
  },
  (t) => [
    primaryKey({ columns: [t.tenant, t.id] }),
    foreignKey({ columns: [t.tenant, t.event], foreignColumns: [events.tenant, events.id] }),
  ],
)

/** Rows of an upload, one an invitee (a party of n is n rows). Emptied by commit and by age. */
export const importRows = pgTable(
  'import_rows',
  {
    tenant: tenantColumn(),
    import: uuid('import').notNull(),
    /** Counts rows and companions through, from 1. */
    at: integer('at').notNull(),
    /** Row of the file, its header row being 1. */
    row: integer('row').notNull(),
    partyPlace: integer('party_place').notNull(),
    partySize: integer('party_size').notNull(),
    name: text('name').notNull(),
    fold: text('fold').notNull(),
    email: text('email'),
    /** True where the cell was damaged: what is stored of an invitee stays. */
    keepEmail: boolean('keep_email').notNull().default(false),
    phone: text('phone'),
    phoneKey: text('phone_key').notNull(),
    keepPhone: boolean('keep_phone').notNull(),
    category: text('category'),
    externalId: text('external_id'),
    notice: text('notice'),
    /** Whom it was found to be, with that number; null for nobody yet. */
    invitee: uuid('invitee'),
    no: integer('no'),
    /** Drawn for a new invitee when the upload is committed. */
    ticket: hex('ticket').$type<TicketId>(),
    digest: hex('digest').$type<Digest>(),
  },
  (t) => [primaryKey({ columns: [t.tenant, t.import, t.at] })],
)
