import type { EventId, ManifestFrame } from '@eventpass/domain'
import type { VectorEntry } from '@eventpass/sync'
import type { Client, Transaction } from '@libsql/core/api'

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

export async function writeMeta(
  scope: Pick<Client, 'execute'> | Transaction,
  meta: Partial<ManifestMeta>,
): Promise<void> {
  for (const [key, value] of Object.entries(meta)) {
    await scope.execute({
      sql: 'INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)',
      args: [key, JSON.stringify(value)],
    })
  }
}
