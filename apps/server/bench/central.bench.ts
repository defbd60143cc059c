import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTestPostgres } from '@eventpass/tooling/test-postgres'
import { pino } from 'pino'
import { type Central, openCentral } from '../src/compose/open-central.ts'
import { readEnv } from '../src/env.ts'
import { type BenchDoor, openDoor } from './door.ts'

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
  const { url, drop } = await createTestPostgres()
  try {
    const env = readEnv({
      ...{ DATABASE_URL: url, REDIS_URL: redisUrl, NAMESPACE: new URL(url).pathname.slice(-40) },
      ...{ DATA_DIR: folder, DEMO: 'false', SIGNUP: 'true', WORKERS: 'false', PAGES: 'false' },
    })
    const central = await openCentral(env, pino({ level: 'error' }))
    try {
      await work({ central, url, door: await openDoor(central, url, size) })
    } finally {
      await central.close()
    }
  } finally {
    await drop()
    await rm(folder, { recursive: true, force: true })
  }
}
