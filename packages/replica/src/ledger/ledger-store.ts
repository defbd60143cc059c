import type { LedgerStore, LinkHasher } from '@eventpass/sync'
import type { Client } from '@libsql/core/api'
import { createDatabase } from '../client/drizzle.ts'
import { createDeviceState } from './device-state.ts'
import { createHeardScans } from './heard-scans.ts'
import { createOwnScans } from './own-scans.ts'
import { readOwnUses } from './own-uses.ts'

/**
 * The ledger over one SQLite file, which this store alone writes (RP5).
 *
 * `client` must be serial (`createSerialClient`) and its file of `ledgerFormat`; the engine behind
 * it may be native or wasm. Every method is one transaction and durable when it resolves.
 */
export async function createLedgerStore(
  client: Client,
  hashLink: LinkHasher,
): Promise<LedgerStore> {
  const db = createDatabase(client)
  const ownUses = await readOwnUses(db)
  return {
    ...createOwnScans(client, db, ownUses, hashLink),
    ...createHeardScans(db, ownUses),
    ...createDeviceState(db),
    close: async () => client.close(),
  }
}
