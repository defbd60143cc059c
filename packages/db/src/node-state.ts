import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { Database } from './database.ts'
import { queryRows } from './query-rows.ts'

/**
 * Begins a new life, after a restore from backup: devices then send again what lies above the
 * restored heads. Processes read it at their start, so they must be started afterwards.
 */
export async function renewIncarnation({ drizzle }: Database): Promise<string> {
  const incarnation = randomUUID()
  await drizzle.execute(sql`
    insert into node_state (singleton, incarnation, node, created_ms)
    values (true, ${incarnation}, 'central', (extract(epoch from clock_timestamp()) * 1000)::bigint)
    on conflict (singleton) do update set incarnation = excluded.incarnation`)
  return incarnation
}

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
