import { type SQL, sql } from 'drizzle-orm'

/**
 * Rows of one JSON parameter as a table: `from ${jsonRows(rows, 'list uuid, invitee int')} as k`.
 *
 * One parameter whatever the number of rows, so that statements of thousands of rows stay one plan.
 */
export function jsonRows(rows: readonly object[], columns: string): SQL {
  return sql`json_to_recordset(${JSON.stringify(rows)}::json) as ${sql.raw(`k(${columns})`)}`
}
