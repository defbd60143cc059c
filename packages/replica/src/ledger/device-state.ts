import type { LedgerFacts, LedgerStore } from '@eventpass/sync'
import { eq, sql } from 'drizzle-orm'
import type { Database, Scope } from '../client/drizzle.ts'
import { fact } from './schema.ts'
import { readState, writeState } from './state.ts'

type DeviceState = Pick<
  LedgerStore,
  'startEpoch' | 'saveContact' | 'lastContact' | 'readFacts' | 'writeFacts'
>

/** Epoch, last contact and the engine's facts: in the same file as the scans they belong to. */
export function createDeviceState(db: Database): DeviceState {
  return {
    startEpoch: () =>
      db.transaction(async (tx) => {
        const epoch = ((await readState(tx, 'epoch')) ?? 0) + 1
        await writeState(tx, 'epoch', epoch)
        return epoch
      }),
    saveContact: (contact) => writeState(db, 'contact', contact),
    lastContact: () => readState(db, 'contact'),
    readFacts: async () => {
      const rows = await db.select().from(fact)
      return Object.fromEntries(rows.map(({ name, value }) => [name, JSON.parse(value)]))
    },
    writeFacts: (facts) => db.transaction((tx) => writeFactsIn(tx, facts)),
  }
}

export async function writeFactsIn(scope: Scope, facts: LedgerFacts): Promise<void> {
  for (const [name, value] of Object.entries(facts)) {
    if (value === null) await scope.delete(fact).where(eq(fact.name, name))
    else await upsertFact(scope, name, JSON.stringify(value))
  }
}

async function upsertFact(scope: Scope, name: string, value: string): Promise<void> {
  await scope
    .insert(fact)
    .values({ name, value })
    .onConflictDoUpdate({ target: fact.name, set: { value: sql`excluded.value` } })
}
