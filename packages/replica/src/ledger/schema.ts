import type {
  Digest,
  GateId,
  InviteeNo,
  ListId,
  ScanAct,
  ScanHash,
  ScanId,
} from '@eventpass/domain'
import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { flag, hexBlob, numberOf, uuidBlob, wordOf } from '../columns.ts'
import { rulingKinds } from '../ruling.ts'

/**
 * Number of the ledger's tables, in `user_version` (RP4). The file holds a chain that nobody can
 * make again: what a scan is, its `bytes` and `prev`, no new number may touch.
 */
export const ledgerFormat = 2

/** Brings a ledger of format 1 to this one: it kept every hash twice, as its own and as the next `prev`. */
export const dropHashesSql = 'ALTER TABLE scan DROP COLUMN hash'

export const acts = ['entry', 'exit', 'void'] as const satisfies readonly ScanAct[]

/**
 * The own chain. `bytes` is the scan; every column after it is a projection or lies beside it. A
 * scan's hash is the next one's `prev`; the last one's follows from its `prev` and `bytes`.
 */
export const scan = sqliteTable('scan', {
  seq: integer('seq').primaryKey(),
  prev: hexBlob<ScanHash>('prev').notNull(),
  bytes: text('bytes').notNull(),
  texts: text('texts'),
  id: uuidBlob<ScanId>('id').notNull(),
  invitee: numberOf<InviteeNo>('invitee'),
  digest: hexBlob<Digest>('digest'),
  list: uuidBlob<ListId>('list').notNull(),
  gate: uuidBlob<GateId>('gate').notNull(),
  act: wordOf('act', acts).notNull(),
  /** Its verdict is admit: it counts as a use. */
  counts: flag('counts').notNull(),
  forced: flag('forced').notNull(),
  target: uuidBlob<ScanId>('target'),
  name: text('name'),
  at: integer('at').notNull(),
})

/** What was heard of scans, other devices' and own ones that came back. */
export const heard = sqliteTable('heard', {
  id: uuidBlob<ScanId>('id').primaryKey(),
  deviceNo: integer('device_no').notNull(),
  branch: text('branch').notNull(),
  seq: integer('seq').notNull(),
  invitee: numberOf<InviteeNo>('invitee').notNull(),
  list: uuidBlob<ListId>('list').notNull(),
  gate: uuidBlob<GateId>('gate').notNull(),
  act: wordOf('act', acts).notNull(),
  forced: flag('forced').notNull(),
  target: uuidBlob<ScanId>('target'),
  at: integer('at').notNull(),
  ruling: wordOf('ruling', rulingKinds),
  ruledBy: uuidBlob<ScanId>('ruled_by'),
})

/** Rulings that came apart from their scan; newer than the one heard with it. */
export const ruling = sqliteTable('ruling', {
  id: uuidBlob<ScanId>('id').primaryKey(),
  kind: wordOf('kind', rulingKinds).notNull(),
  ruledBy: uuidBlob<ScanId>('ruled_by'),
  at: integer('at').notNull(),
})

/** Version vector of the scans stream. */
export const vector = sqliteTable(
  'vector',
  {
    deviceNo: integer('device_no').notNull(),
    branch: text('branch').notNull(),
    seq: integer('seq').notNull(),
  },
  (table) => [primaryKey({ columns: [table.deviceNo, table.branch] })],
)

/** Facts of the sync engine, JSON by name. */
export const fact = sqliteTable('fact', {
  name: text('name').primaryKey(),
  value: text('value').notNull(),
})

/** This store's own few values, JSON by name: epoch, receipt, rulings revision, last contact. */
export const state = sqliteTable('state', {
  name: text('name').primaryKey(),
  value: text('value').notNull(),
})

/**
 * The tables as made in a new file; held equal to the above by a test.
 *
 * There is no index of scan ids or invitees: each index is one more random page in every verdict's
 * commit. A scan is found by its seq, from the newest back, or by what `own-uses.ts` knows.
 */
export const ledgerTables: readonly string[] = [
  `CREATE TABLE scan (
    seq INTEGER PRIMARY KEY,
    prev BLOB NOT NULL,
    bytes TEXT NOT NULL,
    texts TEXT,
    id BLOB NOT NULL,
    invitee INTEGER,
    digest BLOB,
    list BLOB NOT NULL,
    gate BLOB NOT NULL,
    act INTEGER NOT NULL,
    counts INTEGER NOT NULL,
    forced INTEGER NOT NULL,
    target BLOB,
    name TEXT,
    at INTEGER NOT NULL
  )`,
  'CREATE INDEX scan_unlisted ON scan (digest) WHERE invitee IS NULL AND digest IS NOT NULL',
  'CREATE INDEX scan_target ON scan (target) WHERE target IS NOT NULL',
  `CREATE TABLE heard (
    id BLOB PRIMARY KEY NOT NULL,
    device_no INTEGER NOT NULL,
    branch TEXT NOT NULL,
    seq INTEGER NOT NULL,
    invitee INTEGER NOT NULL,
    list BLOB NOT NULL,
    gate BLOB NOT NULL,
    act INTEGER NOT NULL,
    forced INTEGER NOT NULL,
    target BLOB,
    at INTEGER NOT NULL,
    ruling INTEGER,
    ruled_by BLOB
  ) WITHOUT ROWID`,
  'CREATE INDEX heard_invitee ON heard (invitee)',
  'CREATE INDEX heard_target ON heard (target) WHERE target IS NOT NULL',
  `CREATE TABLE ruling (
    id BLOB PRIMARY KEY NOT NULL,
    kind INTEGER NOT NULL,
    ruled_by BLOB,
    at INTEGER NOT NULL
  ) WITHOUT ROWID`,
  `CREATE TABLE vector (
    device_no INTEGER NOT NULL,
    branch TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (device_no, branch)
  ) WITHOUT ROWID`,
  'CREATE TABLE fact (name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) WITHOUT ROWID',
  'CREATE TABLE state (name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) WITHOUT ROWID',
]
