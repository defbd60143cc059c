import { join } from 'node:path'
import { openDatabase } from '@eventpass/db'
import type { Central } from '../central.ts'
import type { Ask } from './central-ledger.ts'

/**
 * Reads central's database past central: Postgres at any time, PGlite's folder only while central
 * is off.
 */
export async function askCentral<Answer>(
  central: Central,
  databaseUrl: string | null,
  work: (ask: Ask) => Promise<Answer>,
): Promise<Answer> {
  const options = databaseUrl ? { url: databaseUrl } : { dataDir: join(central.folder, 'pglite') }
  const database = await openDatabase(options)
  try {
    return await work(async (query) => {
      const answer: unknown = await database.drizzle.execute(query)
      return Array.isArray(answer) ? answer : (answer as { readonly rows: [] }).rows
    })
  } finally {
    await database.close()
  }
}
