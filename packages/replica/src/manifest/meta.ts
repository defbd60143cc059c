import type { EventId, ManifestFrame } from '@eventpass/domain'
import type { VectorEntry } from '@eventpass/sync'
import type { Client } from '@libsql/core/api'

/** What stands beside the rows of a manifest file. */
export interface ManifestMeta {
  readonly event: EventId
  readonly revision: number
  readonly frame: ManifestFrame
  readonly vector: readonly VectorEntry[]
  readonly rulings_revision: number
}

export async function readMeta(client: Client): Promise<ManifestMeta> {
  const { rows } = await client.execute('SELECT key, value FROM meta')
  return Object.fromEntries(
    rows.map((row) => [String(row[0]), JSON.parse(String(row[1]))]),
  ) as unknown as ManifestMeta
}

/** What runs one statement with texts for values: a client, a transaction, a thread. */
interface Runs {
  readonly execute: (statement: {
    readonly sql: string
    readonly args: string[]
  }) => Promise<unknown>
}

export async function writeMeta(scope: Runs, meta: Partial<ManifestMeta>): Promise<void> {
  for (const [key, value] of Object.entries(meta)) {
    await scope.execute({
      sql: 'INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)',
      args: [key, JSON.stringify(value)],
    })
  }
}
