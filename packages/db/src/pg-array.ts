import { type SQL, sql } from 'drizzle-orm'

/** Element types that statements pass in bulk. */
export type ElementType =
  | 'text'
  | 'integer'
  | 'bigint'
  | 'boolean'
  | 'uuid'
  | 'bytea'
  | 'smallint'
  | 'double precision'

/**
 * One array as a parameter, whatever its length: `unnest` of these inserts thousands of rows in
 * one statement.
 *
 * Sent as a literal, since postgres.js refuses JavaScript arrays once drizzle has its connection.
 */
export function pgArray(
  type: ElementType,
  values: readonly (string | number | boolean | null)[],
): SQL {
  const literal = `{${values.map(element).join(',')}}`
  return sql`${literal}::text::${sql.raw(type)}[]`
}

function element(value: string | number | boolean | null): string {
  if (value === null) return 'NULL'
  if (typeof value !== 'string') return String(value)
  return `"${value.replace(/["\\]/g, '\\$&')}"`
}
