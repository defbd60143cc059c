import { assert, noTexts, type ScanBody, type ScanHash, type ScanTexts } from '@eventpass/domain'
import {
  type HistoryRow,
  type LedgerStore,
  type LinkHasher,
  type NewScan,
  type OwnScan,
  zeroHash,
} from '@eventpass/sync'
import { bytesFromHex } from '@eventpass/token'
import type { Client } from '@libsql/core/api'
import { and, count, desc, eq, gt, isNotNull, lte, sql } from 'drizzle-orm'
import type { Database } from '../client/drizzle.ts'
import { uuidToBytes } from '../columns.ts'
import { createNames } from './names.ts'
import type { OwnUses } from './own-uses.ts'
import { acts, heard, ruling, scan } from './schema.ts'
import { readState, readThroughSeq, writeState } from './state.ts'

type OwnScans = Pick<
  LedgerStore,
  | 'head'
  | 'commitScan'
  | 'getScan'
  | 'findPending'
  | 'countPending'
  | 'applyReceipt'
  | 'findNamed'
  | 'rename'
  | 'pendAgain'
  | 'findHistory'
>

type Head = Awaited<ReturnType<LedgerStore['head']>>
type Last = Pick<typeof scan.$inferSelect, 'seq' | 'prev' | 'bytes'>

/** The device's own chain: written once, read as it was written. */
export function createOwnScans(
  client: Client,
  db: Database,
  ownUses: OwnUses,
  hashLink: LinkHasher,
): OwnScans {
  const lastQuery = db
    .select({ seq: scan.seq, prev: scan.prev, bytes: scan.bytes })
    .from(scan)
    .orderBy(desc(scan.seq))
    .limit(1)
    .prepare()
  const placeToBytes = { list: rememberLast(uuidToBytes), gate: rememberLast(uuidToBytes) }
  // This store alone writes the file (RP5), so that the head need not be read for every verdict.
  let known: Promise<Head> | null = null
  const know = (head: Promise<Head>): Promise<Head> => {
    known = head
    head.catch(() => {
      known = null
    })
    return head
  }
  const headOf = async (last: Last | undefined): Promise<Head> =>
    last
      ? { seq: last.seq, hash: await hashLink(last.prev, last.bytes) }
      : { seq: 0, hash: zeroHash }
  const readHead = () => known ?? know(lastQuery.execute().then(([last]) => headOf(last)))
  const toOwnScans = (rows: readonly OwnRow[]) =>
    Promise.all(rows.map((row) => rowToOwnScan(row, hashLink)))

  return {
    head: readHead,
    commitScan: async (own) => {
      const head = await readHead()
      assert(
        own.body.seq === head.seq + 1 && own.prev === head.hash,
        'a committed scan follows the head of its chain',
      )
      // One statement is one transaction. Should another have come first, its seq is taken.
      await client.execute({ sql: insertSql, args: insertValues(own, placeToBytes) })
      // Behind the commit: the next scan needs it, and whoever stands at the gate does not.
      know(headOf({ seq: own.body.seq, prev: own.prev, bytes: own.bytes }))
      if (own.invitee !== null && own.body.verdict === 'admit') {
        ownUses.add(own.body.seq, own.invitee)
      }
    },
    getScan: async (id) => {
      const rows = await db
        .select(ownColumns)
        .from(scan)
        .where(eq(scan.id, id))
        .orderBy(desc(scan.seq))
        .limit(1)
      return (await toOwnScans(rows))[0] ?? null
    },
    findPending: async (limit) => {
      const rows = await db
        .select(ownColumns)
        .from(scan)
        .where(gt(scan.seq, await readThroughSeq(db)))
        .orderBy(scan.seq)
        .limit(limit)
      return toOwnScans(rows)
    },
    countPending: async () => {
      const rows = await db
        .select({ pending: count() })
        .from(scan)
        .where(gt(scan.seq, await readThroughSeq(db)))
      return rows[0]?.pending ?? 0
    },
    applyReceipt: (receipt) => applyReceipt(db, receipt, hashLink),
    ...createNames(client, db),
    pendAgain: (seq) =>
      db.transaction(async (tx) => {
        const receipt = await readState(tx, 'receipt')
        if (receipt === null || receipt.throughSeq <= seq) return
        await writeState(tx, 'receipt', { ...receipt, throughSeq: seq })
      }),
    findHistory: (limit) => findHistory(db, limit),
  }
}

/** A link, and what the next one says of it: null where there is none yet. Drizzle would not name the table. */
const linkColumns = {
  bytes: scan.bytes,
  prev: scan.prev,
  hash: sql<ScanHash | null>`(
    SELECT next.prev FROM scan AS next WHERE next.seq = scan.seq + 1
  )`.mapWith(scan.prev),
}

const ownColumns = {
  ...linkColumns,
  texts: scan.texts,
  invitee: scan.invitee,
  name: scan.name,
  at: scan.at,
}

interface LinkRow extends Pick<typeof scan.$inferSelect, 'bytes' | 'prev'> {
  readonly hash: ScanHash | null
}

type OwnRow = LinkRow & Pick<typeof scan.$inferSelect, 'texts' | 'invitee' | 'name' | 'at'>

async function hashOf({ prev, bytes, hash }: LinkRow, hashLink: LinkHasher): Promise<ScanHash> {
  return hash ?? hashLink(prev, bytes)
}

async function rowToOwnScan(row: OwnRow, hashLink: LinkHasher): Promise<OwnScan> {
  return {
    body: JSON.parse(row.bytes) as ScanBody,
    bytes: row.bytes,
    prev: row.prev,
    hash: await hashOf(row, hashLink),
    texts: row.texts === null ? noTexts : (JSON.parse(row.texts) as ScanTexts),
    invitee: row.invitee,
    name: row.name,
    atMs: row.at,
  }
}

/** By hand: a verdict waits for it, and drizzle's mapping of fifteen values costs a tenth of one. */
const insertSql = `INSERT INTO scan (seq, prev, bytes, texts, id, invitee, digest, list, gate,
  act, counts, forced, target, name, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

/** Scans of one tablet say the same list and gate again and again. */
function rememberLast<Value>(make: (text: string) => Value): (text: string) => Value {
  let [last, made]: [string, Value] | [null, null] = [null, null]
  return (text) => {
    if (made === null || last !== text) [last, made] = [text, make(text)]
    return made
  }
}

function insertValues(
  { body, bytes, prev, texts, invitee, name, atMs }: NewScan,
  placeToBytes: Readonly<Record<'list' | 'gate', typeof uuidToBytes>>,
) {
  const anyText = texts.code ?? texts.answer ?? texts.note
  return [
    body.seq,
    bytesFromHex(prev),
    bytes,
    anyText === null ? null : JSON.stringify(texts),
    uuidToBytes(body.id),
    invitee,
    body.digest === null ? null : bytesFromHex(body.digest),
    placeToBytes.list(body.list),
    placeToBytes.gate(body.gate),
    acts.indexOf(body.act),
    body.verdict === 'admit' ? 1 : 0,
    body.forced ? 1 : 0,
    body.target === null ? null : uuidToBytes(body.target),
    name,
    atMs,
  ]
}

function applyReceipt(
  db: Database,
  receipt: Parameters<LedgerStore['applyReceipt']>[0],
  hashLink: LinkHasher,
): Promise<boolean> {
  return db.transaction(async (tx) => {
    const { throughSeq, hash } = receipt
    const [link] = await tx.select(linkColumns).from(scan).where(eq(scan.seq, throughSeq))
    const known = link ? await hashOf(link, hashLink) : null
    if (hash !== (throughSeq === 0 ? zeroHash : known)) return false
    const before = await readThroughSeq(tx)
    if (throughSeq <= before) return true
    await writeState(tx, 'receipt', receipt)
    await tx
      .update(scan)
      .set({ texts: sql`json_set(${scan.texts}, '$.code', NULL)` })
      .where(and(gt(scan.seq, before), lte(scan.seq, throughSeq), isNotNull(scan.texts)))
    return true
  })
}

async function findHistory(db: Database, limit: number): Promise<readonly HistoryRow[]> {
  const throughSeq = await readThroughSeq(db)
  const rows = await db
    .select({
      bytes: scan.bytes,
      name: scan.name,
      at: sql<number>`coalesce(${ruling.at}, ${heard.at}, ${scan.at})`,
      voided: sql<number>`coalesce(${ruling.kind}, ${heard.ruling}) IS 2
        OR EXISTS (SELECT 1 FROM scan AS v WHERE v.target = ${scan.id} AND v.act = 2 AND v.counts)
        OR EXISTS (SELECT 1 FROM heard AS v WHERE v.target = ${scan.id} AND v.act = 2)`,
    })
    .from(scan)
    .leftJoin(heard, eq(heard.id, scan.id))
    .leftJoin(ruling, eq(ruling.id, scan.id))
    .orderBy(desc(scan.seq))
    .limit(limit)
  return rows.map(({ bytes, name, at, voided }) => {
    const { id, seq, act, verdict, reason, forced } = JSON.parse(bytes) as ScanBody
    const pending = seq > throughSeq
    return { id, seq, atMs: at, name, act, verdict, reason, forced, pending, voided: voided === 1 }
  })
}
