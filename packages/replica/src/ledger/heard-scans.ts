import type { Digest, InviteeNo, Ruling, ScanId } from '@eventpass/domain'
import type { HeardScan, LedgerStore, StoredUse, VectorEntry } from '@eventpass/sync'
import { and, eq, isNull, type SQL, sql } from 'drizzle-orm'
import { unionAll } from 'drizzle-orm/sqlite-core'
import type { Database, Scope } from '../client/drizzle.ts'
import { uuidToHex } from '../columns.ts'
import { rulingToValues, valuesToRuling } from '../ruling.ts'
import { writeFactsIn } from './device-state.ts'
import type { OwnUses } from './own-uses.ts'
import { acts, heard, ruling, scan, vector } from './schema.ts'
import { readState, writeState } from './state.ts'

type HeardScans = Pick<
  LedgerStore,
  | 'findUses'
  | 'findUnlistedUses'
  | 'findInvitees'
  | 'saveHeard'
  | 'findRulings'
  | 'scansMark'
  | 'forgetMarks'
  | 'adoptManifest'
>

/** What was heard of scans, and the uses that follow from them and from the own chain. */
export function createHeardScans(db: Database, ownUses: OwnUses): HeardScans {
  const findUses = prepareUses(db, ownUses)
  return {
    findUses,
    findUnlistedUses: (digest) => findUnlistedUses(db, digest),
    findInvitees: async (after, limit) => {
      const rows = await db.all<{ invitee: InviteeNo }>(sql`
        SELECT invitee FROM (
          SELECT coalesce(s.invitee, h.invitee) AS invitee
            FROM scan AS s LEFT JOIN heard AS h ON h.id = s.id WHERE s.counts
          UNION SELECT invitee FROM heard WHERE NOT ${isOwnSql}
        ) WHERE invitee > ${after} ORDER BY invitee LIMIT ${limit}`)
      return rows.map(({ invitee }) => invitee)
    },
    saveHeard: ({ scans, rulings, vector: entries, rulingsRevision }) =>
      db.transaction(async (tx) => {
        await saveScans(tx, scans)
        await saveRulings(tx, rulings)
        await keepVector(tx, entries)
        const before = (await readState(tx, 'rulings_revision')) ?? 0
        await writeState(tx, 'rulings_revision', Math.max(before, rulingsRevision))
      }),
    findRulings: (ids) => findRulings(db, ids),
    scansMark: async () => {
      const rows = await db.select().from(vector)
      return {
        vector: rows.map(
          ({ deviceNo, branch, seq }) => [deviceNo, branch, seq] as unknown as VectorEntry,
        ),
        rulingsRevision: (await readState(db, 'rulings_revision')) ?? 0,
      }
    },
    forgetMarks: () =>
      db.transaction(async (tx) => {
        await tx.delete(vector)
        await writeState(tx, 'rulings_revision', 0)
      }),
    adoptManifest: ({ facts, vector: entries, rulingsRevision }) =>
      db.transaction(async (tx) => {
        await forgetCovered(tx, entries)
        await tx.delete(vector)
        await keepVector(tx, entries)
        await writeState(tx, 'rulings_revision', rulingsRevision)
        await writeFactsIn(tx, facts)
      }),
  }
}

/** A heard scan is an own one that came back. By seq, since there is no index of ids. */
const isOwn = and(eq(scan.seq, heard.seq), eq(scan.id, heard.id))
const isOwnSql = sql`EXISTS (
  SELECT 1 FROM scan WHERE scan.seq = heard.seq AND scan.id = heard.id
)`

const ownUse = {
  scan: scan.id,
  invitee: sql<InviteeNo | null>`coalesce(${scan.invitee}, ${heard.invitee})`,
  list: scan.list,
  gate: scan.gate,
  act: scan.act,
  forced: scan.forced,
  target: scan.target,
  atMs: sql<number>`coalesce(${ruling.at}, ${heard.at}, ${scan.at})`,
  ruling: sql<Ruling['kind'] | null>`coalesce(${ruling.kind}, ${heard.ruling})`.mapWith(
    ruling.kind,
  ),
  ruledBy: sql<ScanId | null>`CASE WHEN ${ruling.kind} IS NULL
    THEN ${heard.ruledBy} ELSE ${ruling.ruledBy} END`.mapWith(ruling.ruledBy),
}

const heardUse = {
  ...ownUse,
  scan: heard.id,
  list: heard.list,
  gate: heard.gate,
  act: heard.act,
  forced: heard.forced,
  target: heard.target,
  invitee: sql<InviteeNo | null>`${heard.invitee}`,
  atMs: sql<number>`coalesce(${ruling.at}, ${heard.at})`,
}

type UseRow = Omit<StoredUse, 'own' | 'ruling'> & {
  readonly ruling: Ruling['kind'] | null
  readonly ruledBy: ScanId | null
}

function rowToUse({ ruledBy, ...row }: UseRow, own: boolean): StoredUse {
  return { ...row, own, ruling: valuesToRuling(row.ruling, ruledBy) }
}

/** One statement by keys: own with a known invitee, own that central resolved, others'. */
function prepareUses(db: Database, ownUses: OwnUses): LedgerStore['findUses'] {
  const invitee = sql.placeholder('invitee')
  const seqs = sql.placeholder('seqs')
  const listed = db
    .select({ ...ownUse, own: sql<number>`1` })
    .from(scan)
    .leftJoin(heard, eq(heard.id, scan.id))
    .leftJoin(ruling, eq(ruling.id, scan.id))
    .where(sql`${scan.seq} IN (SELECT value FROM json_each(${seqs}))`)
  const resolved = db
    .select({ ...ownUse, own: sql<number>`1` })
    .from(heard)
    .innerJoin(scan, isOwn)
    .leftJoin(ruling, eq(ruling.id, scan.id))
    .where(and(eq(heard.invitee, invitee), isNull(scan.invitee), eq(scan.counts, true)))
  const others = db
    .select({ ...heardUse, own: sql<number>`0` })
    .from(heard)
    .leftJoin(scan, isOwn)
    .leftJoin(ruling, eq(ruling.id, heard.id))
    .where(and(eq(heard.invitee, invitee), isNull(scan.seq)))
  const query = unionAll(listed, resolved, others).prepare()
  return async (wanted) =>
    (await query.execute({ invitee: wanted, seqs: JSON.stringify(ownUses.of(wanted)) })).map(
      ({ own, ...row }) => rowToUse(row, own === 1),
    )
}

async function findUnlistedUses(db: Database, digest: Digest | null): Promise<StoredUse[]> {
  const select = (which: SQL | undefined) =>
    db
      .select(ownUse)
      .from(scan)
      .leftJoin(heard, eq(heard.id, scan.id))
      .leftJoin(ruling, eq(ruling.id, scan.id))
      .where(and(isNull(scan.invitee), isNull(heard.invitee), eq(scan.counts, true), which))
  const uses = await select(digest === null ? undefined : eq(scan.digest, digest))
  const voids =
    digest === null ? [] : await Promise.all(uses.map((use) => select(eq(scan.target, use.scan))))
  return [...uses, ...voids.flat()].map((row) => rowToUse(row, true))
}

/** Many rows go in as one JSON argument: one statement, whatever their number. */
async function saveScans(scope: Scope, scans: readonly HeardScan[]): Promise<void> {
  if (scans.length === 0) return
  const rows = scans.map((one) => [
    uuidToHex(one.id),
    one.deviceNo,
    one.branch,
    one.seq,
    one.invitee,
    uuidToHex(one.list),
    uuidToHex(one.gate),
    acts.indexOf(one.act),
    one.forced ? 1 : 0,
    one.target === null ? null : uuidToHex(one.target),
    one.atMs,
    ...rulingToValues(one.ruling),
  ])
  await scope.run(sql`
    INSERT OR REPLACE INTO heard
      (id, device_no, branch, seq, invitee, list, gate, act, forced, target, at, ruling, ruled_by)
    SELECT unhex(value->>0), value->>1, value->>2, value->>3, value->>4, unhex(value->>5),
      unhex(value->>6), value->>7, value->>8, unhex(value->>9), value->>10, value->>11,
      unhex(value->>12)
    FROM json_each(${JSON.stringify(rows)})`)
}

async function saveRulings(
  scope: Scope,
  rulings: Parameters<LedgerStore['saveHeard']>[0]['rulings'],
): Promise<void> {
  if (rulings.length === 0) return
  const rows = rulings.map(({ id, ruling: of, atMs }) => [
    uuidToHex(id),
    ...rulingToValues(of),
    atMs,
  ])
  await scope.run(sql`
    INSERT OR REPLACE INTO ruling (id, kind, ruled_by, at)
    SELECT unhex(value->>0), value->>1, unhex(value->>2), value->>3
    FROM json_each(${JSON.stringify(rows)})`)
}

async function keepVector(scope: Scope, entries: readonly VectorEntry[]): Promise<void> {
  await scope.run(sql`
    INSERT INTO vector (device_no, branch, seq)
    SELECT value->>0, value->>1, value->>2 FROM json_each(${JSON.stringify(entries)}) WHERE true
    ON CONFLICT (device_no, branch) DO UPDATE SET seq = max(seq, excluded.seq)`)
}

async function findRulings(
  db: Database,
  ids: readonly ScanId[],
): ReturnType<LedgerStore['findRulings']> {
  const hexes = JSON.stringify(ids.map(uuidToHex))
  const rows = await db
    .select()
    .from(ruling)
    .where(sql`${ruling.id} IN (SELECT unhex(value) FROM json_each(${hexes}))`)
  return rows.flatMap(({ id, kind, ruledBy, at }) => {
    const of = valuesToRuling(kind, ruledBy)
    return of === null ? [] : [{ id, ruling: of, atMs: at }]
  })
}

/** Own scans that came back keep what central resolved of them: their own row is kept too. */
async function forgetCovered(scope: Scope, entries: readonly VectorEntry[]): Promise<void> {
  await scope.run(sql`
    DELETE FROM heard WHERE id IN (
      SELECT h.id FROM heard AS h JOIN (
        SELECT value->>0 AS device_no, value->>1 AS branch, value->>2 AS seq
        FROM json_each(${JSON.stringify(entries)})
      ) AS covered ON covered.device_no = h.device_no AND covered.branch = h.branch
      WHERE h.seq <= covered.seq
    ) AND NOT ${isOwnSql}`)
  await scope.update(heard).set({ ruling: null, ruledBy: null })
  await scope.delete(ruling)
}
