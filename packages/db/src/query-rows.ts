import type { SQL } from 'drizzle-orm'
import type { Drizzle } from './drizzle.ts'

/**
 * Runs written SQL and returns its rows with the names that the SQL gives them.
 *
 * The engines answer in different shapes: postgres.js with the rows, PGlite with an object that
 * holds them. Values are the driver's: `bigint` comes as text from postgres.js, so cast or convert.
 */
export async function queryRows<Row extends Readonly<Record<string, unknown>>>(
  db: Pick<Drizzle, 'execute'>,
  query: SQL,
): Promise<readonly Row[]> {
  const answer: unknown = await db.execute(query)
  if (Array.isArray(answer)) return answer as readonly Row[]
  return (answer as { readonly rows: readonly Row[] }).rows
}
