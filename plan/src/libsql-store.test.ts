import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@libsql/client/sqlite3'
import { createLibsqlStore } from './libsql-store.ts'
import { planStoreContract, type StoreUnderTest } from './plan-store.contract.ts'
import { tableAndMirrorContract } from './table-and-mirror.contract.ts'

async function openTable(): Promise<StoreUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), 'eventpass-plan-'))
  const path = join(folder, 'plan.db')
  const store = createLibsqlStore(path)
  return {
    store,
    again: async () => createLibsqlStore(path),
    run: async (statement) => {
      const client = createClient({ url: `file:${path}` })
      await client.execute(statement.replaceAll('PLAN.', ''))
      client.close()
    },
    damage: async () => {
      await store.close()
      writeFileSync(
        path,
        'this is no database, and long enough to be told from an empty one'.repeat(40),
      )
    },
    lose: async () => rmSync(path),
    remove: async () => {
      await store.close()
      rmSync(folder, { recursive: true })
    },
  }
}

planStoreContract('the table in a libSQL file', openTable)
tableAndMirrorContract('the table in a libSQL file and its mirror', openTable)
