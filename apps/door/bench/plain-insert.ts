import { median } from '@eventpass/tooling/bench'
import type { Sql } from 'postgres'

const rowsPerInsert = 500
const runs = 3

/**
 * Ms for as many of the newest rows of `scans`, inserted by `unnest` in batches of 500 into a table of
 * the same columns and primary key; median of three. The floor of whatever stores scans.
 */
export async function timePlainInsert(sql: Sql, rows: number): Promise<number> {
  const columns = await sql<{ name: string; type: string }[]>`
    select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
    where attrelid = 'scans'::regclass and attnum > 0 and not attisdropped order by attnum`
  const pages = await readPages(sql, columns, rows)
  const names = columns.map(({ name }) => name).join(', ')
  const arrays = columns.map(({ type }, at) => `$${at + 1}::text::${type}[]`).join(', ')
  const insert = `insert into plain_scans (${names}) select * from unnest(${arrays})`
  const taken: number[] = []
  for (let run = 0; run < runs; run += 1) {
    await sql.unsafe('drop table if exists plain_scans')
    await sql.unsafe(
      'create table plain_scans (like scans including defaults, primary key (device, seq, hash))',
    )
    const start = performance.now()
    for (const page of pages) await sql.unsafe(insert, page)
    taken.push(performance.now() - start)
  }
  return median(taken)
}

/** The rows as array literals, one a column and page: the floor does not pay for making them. */
async function readPages(
  sql: Sql,
  columns: readonly { readonly name: string }[],
  rows: number,
): Promise<string[][]> {
  const literals = columns.map(
    ({ name }, at) => `array_agg(${name} order by device, seq)::text as c${at}`,
  )
  const pages = await sql.unsafe(`
    select ${literals.join(', ')}
    from (select *, (row_number() over (order by device, seq) - 1) / ${rowsPerInsert} as page
          from (select * from scans order by received_ms desc limit ${rows}) as newest) as paged
    group by page order by page`)
  return pages.map((page) => columns.map((_, at) => String(page[`c${at}`])))
}
