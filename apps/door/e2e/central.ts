import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@eventpass/tooling/free-port'
import { endWithTests } from './end-with-tests.ts'

const root = new URL('../../..', import.meta.url).pathname
const startMs = 120_000

/** Central as its own process, at one origin that outlasts restarts. */
export interface Central {
  readonly origin: string
  /** Where it keeps what it keeps. */
  readonly folder: string
  readonly start: () => Promise<void>
  /** Its process, or null while it is off. */
  readonly pid: () => number | null
  /** As an operator does: what is in flight is finished. */
  readonly stop: () => Promise<void>
  /** As a power cut does. */
  readonly kill: () => Promise<void>
  readonly remove: () => Promise<void>
}

/**
 * Makes central on a free port, over PGlite in a folder of its own or over the given Postgres.
 * `more` is added to its environment.
 */
export async function openCentral(
  databaseUrl: string | null,
  more: Readonly<Record<string, string>> = {},
): Promise<Central> {
  const folder = mkdtempSync(join(tmpdir(), 'eventpass-central-'))
  const port = await freePort()
  const origin = `http://localhost:${port}`
  let child: ChildProcess | null = null

  const end = async (signal: NodeJS.Signals) => {
    const ending = child
    child = null
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return
    const ended = once(ending, 'exit')
    ending.kill(signal)
    await ended
  }
  return {
    origin,
    folder,
    pid: () => child?.pid ?? null,
    async start() {
      child = spawn(process.execPath, ['--import', 'tsx', 'apps/server/src/main.ts'], {
        cwd: root,
        stdio: ['ignore', 'ignore', 'inherit'],
        env: {
          PATH: process.env.PATH,
          DATA_DIR: folder,
          PORT: String(port),
          DEMO: 'false',
          SIGNUP: 'true',
          LOG_LEVEL: 'error',
          ...(databaseUrl && { DATABASE_URL: databaseUrl }),
          ...more,
        },
      })
      endWithTests(child, (pid) => pid)
      await untilHealthy(origin, child)
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    async remove() {
      await end('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function untilHealthy(origin: string, child: ChildProcess): Promise<void> {
  const until = performance.now() + startMs
  while (performance.now() < until) {
    if (child.exitCode !== null) throw new Error(`Central ended with ${child.exitCode}.`)
    const answer = await fetch(`${origin}/health`).catch(() => null)
    if (answer?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('Central did not come up.')
}
