import { afterAll, beforeAll } from 'vitest'
import { planStoreContract, type StoreUnderTest } from './plan-store.contract.ts'
import { createPostgresStore } from './postgres-store.ts'
import { tableAndMirrorContract } from './table-and-mirror.contract.ts'
import { createTestPostgres, type TestPostgres } from './test-database/testing.ts'

let database: TestPostgres
beforeAll(async () => {
  database = await createTestPostgres()
})
afterAll(() => database.drop())

async function openTable(): Promise<StoreUnderTest> {
  const store = createPostgresStore(database.url)
  return {
    store,
    again: async () => createPostgresStore(database.url),
    run: (statement) => database.run(statement.replaceAll('PLAN.', 'plan.')),
    damage: () => database.run('update plan.state set format = 99'),
    lose: () => database.run('drop schema plan cascade'),
    remove: async () => {
      await store.close()
      await database.run('drop schema if exists plan cascade')
    },
  }
}

planStoreContract('the table in Postgres', openTable)
tableAndMirrorContract('the table in Postgres and its mirror', openTable)
