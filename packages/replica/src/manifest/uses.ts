import type { ListId } from '@eventpass/domain'
import type { ManifestStore } from '@eventpass/sync'
import type { Client } from '@libsql/core/api'
import { eq, sql } from 'drizzle-orm'
import type { Database } from '../client/drizzle.ts'
import { uuidToBytes } from '../columns.ts'
import { valuesToRuling } from '../ruling.ts'
import { inSlices } from '../slices.ts'
import { use } from './schema.ts'

/** Most invitees have none, which a verdict shall hear as soon as can be. */
const anySql = 'SELECT 1 FROM use WHERE invitee = ? LIMIT 1'
const anyAtAllSql = 'SELECT 1 FROM use LIMIT 1'

/**
 * Reads the summary's uses of an invitee.
 *
 * A summary comes with its file and is never written to, so whether it is empty, as it is in every
 * list that was loaded before the doors opened, is asked once.
 */
export function prepareUses(client: Client, db: Database): ManifestStore['findUses'] {
  const query = db
    .select()
    .from(use)
    .where(eq(use.invitee, sql.placeholder('invitee')))
    .prepare()
  let isEmpty: boolean | null = null
  return async (invitee) => {
    isEmpty ??= (await client.execute(anyAtAllSql)).rows.length === 0
    if (isEmpty) return []
    const any = await client.execute({ sql: anySql, args: [invitee] })
    if (any.rows.length === 0) return []
    return (await query.execute({ invitee })).map(({ id, at, ruling, ruledBy, ...row }) => ({
      ...row,
      scan: id,
      atMs: at,
      own: false,
      ruling: valuesToRuling(ruling, ruledBy),
    }))
  }
}

/** EN5 over the summary alone, in slices of invitees (RP6). */
export async function countInside(client: Client, list: ListId): Promise<number> {
  let [after, inside] = [0, 0]
  await inSlices(async (rows) => {
    const result = await client.execute({
      sql: insideSql,
      args: [after, rows, uuidToBytes(list)],
    })
    const row = result.rows[0]
    if (!row || row[0] === null) return false
    after = Number(row[0])
    inside += Number(row[1])
    return true
  })
  return inside
}

/** Of the next rows of the summary: the last invitee, and the people inside among these invitees. */
const insideSql = `
  WITH slice AS (
    SELECT max(invitee) AS last FROM (
      SELECT invitee FROM use WHERE invitee > ?1 ORDER BY invitee LIMIT ?2
    )
  )
  SELECT slice.last, (
    SELECT coalesce(sum(max(0, people)), 0) FROM (
      SELECT sum(CASE act WHEN 0 THEN 1 ELSE -1 END) AS people
      FROM use AS u
      WHERE invitee > ?1 AND invitee <= slice.last AND list = ?3 AND act < 2 AND ruling IS NOT 2
        AND NOT EXISTS (
          SELECT 1 FROM use AS v WHERE v.invitee = u.invitee AND v.act = 2 AND v.target = u.id
        )
      GROUP BY invitee
    )
  )
  FROM slice`
