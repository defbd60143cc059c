import type { Sql } from 'postgres'
import { median } from './figure.ts'

const rowsPerInsert = 500
const runs = 3

/**
 * How many rows of the first table a second a plain `unnest` insert writes, 500 a statement, where it
 * writes all rows of these tables again: the floor of whatever left them there. Median of three.
 *
 * The copies have the columns, primary keys and indexes of their tables, are logged, and are committed
 * as durably as the session commits: whoever keeps such rows pays as much. They have neither foreign
 * keys nor row security, and the arrays lie ready, so that the floor pays for nothing but rows. A batch
 * of each table is one transaction.
 */
export async function plainInsertRate(sql: Sql, tables: readonly string[]): Promise<number> {
  const copies = await Promise.all(tables.map((table) => readPages(sql, table)))
  const rows = copies[0]?.rows ?? 0
  const batches = Math.max(...copies.map(({ pages }) => pages.length))
  const taken: number[] = []
  for (let run = 0; run < runs; run += 1) {
    for (const table of tables) {
      await sql.unsafe(`drop table if exists plain_${table}`)
      await sql.unsafe(`create table plain_${table} (like ${table} including all)`)
    }
    const start = performance.now()
    for (let at = 0; at < batches; at += 1) {
      await sql.begin(async (tx) => {
        for (const { insert, pages } of copies) {
          const page = pages[at]
          if (page) await tx.unsafe(insert, page, { prepare: true })
        }
      })
    }
    taken.push(performance.now() - start)
  }
  for (const table of tables) await sql.unsafe(`drop table plain_${table}`)
  return (rows / median(taken)) * 1_000
}

/** The rows as array literals, one a column and page. */
async function readPages(sql: Sql, table: string) {
  const columns = await sql<{ name: string; type: string }[]>`
    select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
    where attrelid = ${table}::regclass and attnum > 0 and not attisdropped order by attnum`
  const literals = columns.map(({ name }, at) => `array_agg(${name})::text as c${at}`)
  const read = await sql.unsafe(`
    select count(*)::int as count, ${literals.join(', ')}
    from (select *, (row_number() over () - 1) / ${rowsPerInsert} as page from ${table}) as paged
    group by page order by page`)
  const names = columns.map(({ name }) => name).join(', ')
  const arrays = columns.map(({ type }, at) => `$${at + 1}::text::${type}[]`).join(', ')
  return {
    rows: read.reduce((sum, { count }) => sum + Number(count), 0),
    pages: read.map((page) => columns.map((_, at) => String(page[`c${at}`]))),
    insert: `insert into plain_${table} (${names}) select * from unnest(${arrays})`,
  }
}
