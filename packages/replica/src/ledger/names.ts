import type { Digest } from '@eventpass/domain'
import type { LedgerStore } from '@eventpass/sync'
import type { Client } from '@libsql/core/api'
import { and, eq, gt, isNotNull, or, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import type { Database } from '../client/drizzle.ts'
import { emptyLog } from '../client/pragma.ts'
import { scan } from './schema.ts'

/** A void has no code: it is of whom its target is. */
const target = alias(scan, 'target')
const codeOf = sql<Digest>`coalesce(${scan.digest}, ${target.digest})`.mapWith(scan.digest)

/** How people are called beside own scans, as long as they may be. */
export function createNames(
  client: Client,
  db: Database,
): Pick<LedgerStore, 'findNamed' | 'rename'> {
  return {
    findNamed: async (seq, limit) => {
      const rows = await db
        .select({ seq: scan.seq, digest: codeOf, name: scan.name })
        .from(scan)
        .leftJoin(target, eq(target.id, scan.target))
        .where(
          and(
            gt(scan.seq, seq),
            isNotNull(codeOf),
            or(isNotNull(scan.name), isNotNull(scan.texts)),
          ),
        )
        .orderBy(scan.seq)
        .limit(limit)
      return rows
    },
    rename: async (renamings) => {
      await client.execute({ sql: renameSql, args: [JSON.stringify(renamings)] })
      await emptyLog(client)
    },
  }
}

const renameSql = `WITH renaming AS MATERIALIZED (
    SELECT unhex(value->>'digest') AS digest, value->>'name' AS name FROM json_each(?)
  ), coded AS MATERIALIZED (
    SELECT scan.seq, scan.id, renaming.name
    FROM scan JOIN renaming ON renaming.digest = scan.digest
  ), touched AS MATERIALIZED (
    SELECT seq, name FROM coded
    UNION
    SELECT v.seq, coded.name FROM coded JOIN scan AS v ON v.target = coded.id
  )
  UPDATE scan SET name = touched.name,
    texts = CASE WHEN touched.name IS NULL THEN NULL ELSE scan.texts END
  FROM touched WHERE touched.seq = scan.seq`
