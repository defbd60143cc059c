import type {
  Digest,
  GateId,
  InviteeNo,
  ListId,
  ManifestTicket,
  ScanId,
  TicketState,
} from '@eventpass/domain'
import { customType, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { flag, hexBlob, numberOf, uuidBlob, wordOf } from '../columns.ts'
import { acts } from '../ledger/schema.ts'
import { rulingKinds } from '../ruling.ts'

/**
 * Number of the manifest's tables, in `user_version` and in a snapshot's `format`. A replica that
 * finds another one fetches the snapshot again (RP4).
 */
export const manifestFormat = 1

const ticketStates = [
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

type Flags = Pick<ManifestTicket, 'state' | 'blocked'>

/** State in the low three bits, blocked in the fourth: one byte of the same length in every row. */
export function flagsOf({ state, blocked }: Flags): number {
  return ticketStates.indexOf(state) + (blocked ? 8 : 0)
}

export function readFlags(flags: number): Flags {
  const state = ticketStates[flags & 7]
  if (state === undefined) throw new Error(`A ticket has flags ${flags}: fetch the list again.`)
  return { state, blocked: (flags & 8) !== 0 }
}

const ticketFlags = customType<{ data: Flags; driverData: number }>({
  dataType: () => 'integer',
  fromDriver: readFlags,
})

/**
 * One row a ticket, ordered by digest: the digest is stored once and is most of a row's bytes.
 * What differs in every row comes first and what is mostly null last, which packs best.
 */
export const ticket = sqliteTable('ticket', {
  digest: hexBlob<Digest>('digest').primaryKey(),
  no: numberOf<InviteeNo>('no').notNull(),
  flags: ticketFlags('flags').notNull(),
  category: integer('category'),
  name: text('name').notNull(),
  /** Null where it equals the name but for A to Z, which LIKE takes as equal anyway. */
  fold: text('fold'),
  party: integer('party'),
  at: integer('at'),
  validFrom: integer('valid_from'),
  validUntil: integer('valid_until'),
  notice: text('notice'),
})

/**
 * Members of a party by the first bytes of their digests. An index would repeat whole digests,
 * which nothing compresses; a prefix that two tickets share costs one look more.
 */
export const party = sqliteTable(
  'party',
  { no: integer('no').notNull(), prefix: hexBlob<string>('prefix').notNull() },
  (table) => [primaryKey({ columns: [table.no, table.prefix] })],
)

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
    flags INTEGER NOT NULL,
    category INTEGER,
    name TEXT NOT NULL,
    fold TEXT,
    party INTEGER,
    at INTEGER,
    valid_from INTEGER,
    valid_until INTEGER,
    notice TEXT
  ) WITHOUT ROWID`,
  `CREATE TABLE party (
    no INTEGER NOT NULL,
    prefix BLOB NOT NULL,
    PRIMARY KEY (no, prefix)
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
