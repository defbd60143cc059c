import { randomBytes } from 'node:crypto'
import postgres from 'postgres'

const server = process.env.TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres'

/** An empty Postgres database of a test's own. */
export interface TestPostgres {
  readonly url: string
  /** Does something to it as whoever has a shell on it. */
  readonly run: (statement: string) => Promise<void>
  readonly drop: () => Promise<void>
}

export async function createTestPostgres(): Promise<TestPostgres> {
  const url = new URL(server)
  const name = `${url.pathname.slice(1)}_plan_${randomBytes(6).toString('hex')}`
  await runOn(server, `create database ${name}`)
  url.pathname = `/${name}`
  return {
    url: url.href,
    run: (statement) => runOn(url.href, statement),
    drop: () => runOn(server, `drop database ${name} with (force)`),
  }
}

async function runOn(url: string, statement: string): Promise<void> {
  const client = postgres(url, { max: 1, onnotice: () => {} })
  try {
    await client.unsafe(statement)
  } finally {
    await client.end()
  }
}
