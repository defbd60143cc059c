import { randomBytes } from 'node:crypto'
import postgres from 'postgres'

const adminUrl = process.env.TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres'

export interface TestPostgres {
  readonly url: string
  readonly drop: () => Promise<void>
}

/**
 * Makes a Postgres database on the server of TEST_DATABASE_URL: empty, or like `template`; `owner` is a
 * role to own it. Its name begins with the one that this run was given, so that what a killed run leaves
 * is found and cleared.
 */
export async function createTestPostgres(
  like: { readonly owner?: string; readonly template?: string } = {},
): Promise<TestPostgres> {
  const url = new URL(adminUrl)
  const name = `${url.pathname.slice(1)}_${randomBytes(8).toString('hex')}`
  url.pathname = `/${name}`
  const owner = like.owner ? ` owner "${like.owner}"` : ''
  const template = like.template ? ` template "${like.template}"` : ''
  await onServer(`create database "${name}"${owner}${template}`)
  return { url: url.href, drop: () => onServer(`drop database "${name}" with (force)`) }
}

/** Runs the work with an empty Postgres database of its own, and drops that afterwards. */
export async function withTestPostgres(work: (url: string) => Promise<void>): Promise<void> {
  const { url, drop } = await createTestPostgres()
  try {
    await work(url)
  } finally {
    await drop()
  }
}

async function onServer(statement: string): Promise<void> {
  const server = postgres(adminUrl, { max: 1, onnotice: () => {} })
  try {
    await server.unsafe(statement)
  } finally {
    await server.end()
  }
}
