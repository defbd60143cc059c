import type { PGlite } from '@electric-sql/pglite'

/** Postgres' own thresholds for autovacuum, which PGlite has no process for. */
const wornTables = `
  select quote_ident(relname) as name from pg_stat_user_tables
  where schemaname = 'public'
    and (n_dead_tup > 500 + 0.2 * n_live_tup or n_mod_since_analyze > 500 + 0.1 * n_live_tup)
  order by 1`

/**
 * Vacuums and analyses the tables that have changed much since it was last done, one statement a
 * table, so that whatever waits for the one connection gets its turn in between. Answers which.
 */
export async function vacuumWorn(client: PGlite): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(wornTables)
  for (const { name } of rows) await client.exec(`vacuum (analyze) public.${name}`)
  return rows.map(({ name }) => name)
}

/** Does so now and then until it is stopped; stopping waits for a round that is under way. */
export function keepVacuumed(client: PGlite, everyMs = 60_000): () => Promise<void> {
  let round: Promise<unknown> = Promise.resolve()
  let resting = true
  const timer = setInterval(() => {
    if (!resting) return
    resting = false
    // A failed round costs space and speed, never data; the next one comes soon.
    round = vacuumWorn(client)
      .catch(() => {})
      .finally(() => {
        resting = true
      })
  }, everyMs)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await round
  }
}
