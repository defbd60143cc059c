import type { Digest, GateId, InviteeNo, ListId, ScanId, TicketState } from '@eventpass/domain'
import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { flag, hexBlob, numberOf, uuidBlob, wordOf } from '../columns.ts'
import { acts } from '../ledger/schema.ts'
import { rulingKinds } from '../ruling.ts'

/**
 * Number of the manifest's tables, in `user_version` and in a snapshot's `format`. A replica that
 * finds another one fetches the snapshot again (RP4).
 */
export const manifestFormat = 1

export const ticketStates = [
  'valid',
  'reprinted',
  'revoked',
  'cancelled',
  'unpaid',
] as const satisfies readonly TicketState[]

/** event, revision, frame, vector, rulings_revision: JSON by key. */
export const meta = sqliteTable('meta', {
  key: text('key').primaryKey(),
  value: text('value').notNull(),
})

/** One row a ticket, ordered by digest: the digest is stored once and is most of a row's bytes. */
export const ticket = sqliteTable('ticket', {
  digest: hexBlob<Digest>('digest').primaryKey(),
  no: numberOf<InviteeNo>('no').notNull(),
  name: text('name').notNull(),
  /** Null where it equals the name but for A to Z, which LIKE takes as equal anyway. */
  fold: text('fold'),
  category: integer('category'),
  state: wordOf('state', ticketStates).notNull(),
  blocked: flag('blocked').notNull(),
  at: integer('at'),
  validFrom: integer('valid_from'),
  validUntil: integer('valid_until'),
  party: integer('party'),
  notice: text('notice'),
})

/** Summary of scans at the snapshot's checkpoint. */
export const use = sqliteTable(
  'use',
  {
    invitee: numberOf<InviteeNo>('invitee').notNull(),
    id: uuidBlob<ScanId>('id').notNull(),
    list: uuidBlob<ListId>('list').notNull(),
    gate: uuidBlob<GateId>('gate').notNull(),
    act: wordOf('act', acts).notNull(),
    forced: flag('forced').notNull(),
    target: uuidBlob<ScanId>('target'),
    at: integer('at').notNull(),
    ruling: wordOf('ruling', rulingKinds),
    ruledBy: uuidBlob<ScanId>('ruled_by'),
  },
  (table) => [primaryKey({ columns: [table.invitee, table.id] })],
)

/** The tables as the builder makes them; held equal to the above by a test. */
export const manifestTables: readonly string[] = [
  'CREATE TABLE meta (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) WITHOUT ROWID',
  `CREATE TABLE ticket (
    digest BLOB PRIMARY KEY NOT NULL,
    no INTEGER NOT NULL,
    name TEXT NOT NULL,
    fold TEXT,
    category INTEGER,
    state INTEGER NOT NULL,
    blocked INTEGER NOT NULL,
    at INTEGER,
    valid_from INTEGER,
    valid_until INTEGER,
    party INTEGER,
    notice TEXT
  ) WITHOUT ROWID`,
  `CREATE TABLE use (
    invitee INTEGER NOT NULL,
    id BLOB NOT NULL,
    list BLOB NOT NULL,
    gate BLOB NOT NULL,
    act INTEGER NOT NULL,
    forced INTEGER NOT NULL,
    target BLOB,
    at INTEGER NOT NULL,
    ruling INTEGER,
    ruled_by BLOB,
    PRIMARY KEY (invitee, id)
  ) WITHOUT ROWID`,
]

/** Made after the rows: parties are few, so the index leaves the others out. */
export const manifestIndexes: readonly string[] = [
  'CREATE INDEX ticket_party ON ticket (party) WHERE party IS NOT NULL',
]
