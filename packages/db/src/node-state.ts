import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { Database } from './database.ts'
import { queryRows } from './query-rows.ts'

/** The life that this database lives; made at the first start, by whichever process is first. */
export async function readIncarnation({ drizzle }: Database): Promise<string> {
  await drizzle.execute(sql`
    insert into node_state (singleton, incarnation, node, created_ms)
    values (true, ${randomUUID()}, 'central', (extract(epoch from clock_timestamp()) * 1000)::bigint)
    on conflict do nothing`)
  const [row] = await queryRows<{ incarnation: string }>(
    drizzle,
    sql`select incarnation::text as incarnation from node_state`,
  )
  if (!row) throw new Error('The table node_state has no row although one was just written.')
  return row.incarnation
}
