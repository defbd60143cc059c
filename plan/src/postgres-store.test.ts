import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import { planStoreContract } from './plan-store.contract.ts'
import { createPostgresStore } from './postgres-store.ts'

const server = process.env.DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres'

planStoreContract('the table in Postgres', async () => {
  const name = `plan_test_${randomBytes(6).toString('hex')}`
  const admin = postgres(server, { max: 1, onnotice: () => {} })
  await admin.unsafe(`create database ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  const store = createPostgresStore(url.href)
  return {
    store,
    again: async () => createPostgresStore(url.href),
    damage: async () => {
      const client = postgres(url.href, { max: 1 })
      await client`update plan.state set format = 99`
      await client.end()
    },
    remove: async () => {
      await store.close()
      await admin.unsafe(`drop database ${name} with (force)`)
      await admin.end()
    },
  }
})
