import { randomBytes } from 'node:crypto'
import postgres from 'postgres'

const adminUrl = process.env.TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres'

/**
 * Runs the work with an empty Postgres database of its own, and drops that afterwards. Its name begins
 * with the one that this run was given, so that what a killed run leaves is found and cleared.
 */
export async function onPostgres(work: (url: string) => Promise<void>): Promise<void> {
  const given = new URL(adminUrl).pathname.slice(1)
  const name = `${given}_e2e_${randomBytes(6).toString('hex')}`
  const admin = postgres(adminUrl, { max: 1, onnotice: () => {} })
  await admin.unsafe(`create database "${name}"`)
  const url = new URL(adminUrl)
  url.pathname = `/${name}`
  try {
    await work(url.href)
  } finally {
    await admin.unsafe(`drop database "${name}" with (force)`)
    await admin.end()
  }
}
