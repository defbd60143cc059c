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
  const elementOf = type === 'text' ? quoted : type === 'bytea' ? escaped : String
  const literal = values.map((value) => (value === null ? 'NULL' : elementOf(value))).join(',')
  return sql`${`{${literal}}`}::text::${sql.raw(type)}[]`
}

/** Stands in no JSON text, and so in no scan that a device of ours wrote. */
const separator = '\x1f'

/**
 * The same for long texts, none of them null: a literal would have each of their quotes escaped here
 * and unescaped there.
 */
export function longTexts(texts: readonly string[]): SQL {
  const joined = texts.join(separator)
  // Nothing is no text, where one empty one is meant.
  const splits = joined !== '' && !texts.some((text) => text.includes(separator))
  return splits ? sql`string_to_array(${joined}, chr(31))` : pgArray('text', texts)
}

function quoted(value: string | number | boolean): string {
  const text = String(value)
  return `"${/["\\]/.test(text) ? text.replace(/["\\]/g, '\\$&') : text}"`
}

/** bytea's text form begins with the one sign that an array's literal knows as well. */
function escaped(value: string | number | boolean): string {
  return `\\${value}`
}
