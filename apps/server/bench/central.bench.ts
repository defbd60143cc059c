import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import postgres from 'postgres'
import { type Central, openCentral } from '../src/compose/open-central.ts'
import { readEnv } from '../src/env.ts'
import { type BenchDoor, openDoor } from './door.ts'

const adminUrl = process.env.TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres'
const redisUrl = process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:6379'

/** Central as it is deployed: Postgres, and Redis in front of claims. */
export interface BenchCentral {
  readonly central: Central
  readonly url: string
  readonly door: BenchDoor
}

/**
 * Runs the work with a central of its own in this process, with so many guests and tablets, and
 * clears it away afterwards.
 */
export async function withCentral(
  size: { readonly guests: number; readonly tablets: number },
  work: (bench: BenchCentral) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'eventpass-bench-'))
  const name = `${new URL(adminUrl).pathname.slice(1)}_bench_${randomBytes(6).toString('hex')}`
  const url = new URL(adminUrl)
  url.pathname = `/${name}`
  const admin = postgres(adminUrl, { max: 1, onnotice: () => {} })
  await admin.unsafe(`create database "${name}"`)
  try {
    const env = readEnv({
      ...{ DATABASE_URL: url.href, REDIS_URL: redisUrl, NAMESPACE: name.slice(-40) },
      ...{ DATA_DIR: folder, DEMO: 'false', SIGNUP: 'true', WORKERS: 'false', PAGES: 'false' },
    })
    const central = await openCentral(env, pino({ level: 'error' }))
    try {
      await work({ central, url: url.href, door: await openDoor(central, url.href, size) })
    } finally {
      await central.close()
    }
  } finally {
    await admin.unsafe(`drop database "${name}" with (force)`)
    await admin.end()
    await rm(folder, { recursive: true, force: true })
  }
}
