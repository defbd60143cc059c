import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLibsqlStore } from './libsql-store.ts'
import { planStoreContract } from './plan-store.contract.ts'

planStoreContract('the table in a libSQL file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'eventpass-plan-'))
  const path = join(folder, 'plan.db')
  const store = createLibsqlStore(path)
  return {
    store,
    again: async () => createLibsqlStore(path),
    damage: async () => {
      await store.close()
      writeFileSync(
        path,
        'this is no database, and long enough to be told from an empty one'.repeat(40),
      )
    },
    remove: async () => {
      await store.close()
      rmSync(folder, { recursive: true })
    },
  }
})
