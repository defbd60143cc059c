import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@eventpass/tooling/free-port'
import { createTestPostgres } from '@eventpass/tooling/test-postgres'
import postgres, { type Sql } from 'postgres'

const root = new URL('../../..', import.meta.url).pathname
const amqpUrl = process.env.TEST_AMQP_URL ?? 'amqp://guest:guest@127.0.0.1:5672'
const startMs = 60_000

/** Central as it is deployed: server and workers as processes, Postgres and RabbitMQ. */
export interface BenchCentral {
  readonly origin: string
  readonly sql: Sql
  /** Starts one more worker; resolves when it is at work. */
  readonly addWorker: () => Promise<void>
  /** Ends all workers; what they were about to do comes again. */
  readonly endWorkers: () => Promise<void>
}

/** Runs the work with a central of its own, without a worker yet, and clears it away afterwards. */
export async function withCentral(work: (central: BenchCentral) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'eventpass-bench-'))
  const { url, drop } = await createTestPostgres()
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  const processes = new Set<ChildProcess>()
  process.once('exit', () => {
    for (const one of processes) one.kill('SIGKILL')
  })
  // One name for all runs: queues outlive them, and each quorum queue holds files of its broker open.
  const shared = { DATABASE_URL: url, AMQP_URL: amqpUrl, NAMESPACE: 'bench' }
  const workers: ChildProcess[] = []
  try {
    const port = await freePort()
    const more = { PORT: String(port), DATA_DIR: folder, DEMO: 'false', SIGNUP: 'true' }
    const alone = { PAGES: 'false', WORKERS: 'false', LOG_LEVEL: 'warn' }
    const server = { ...shared, ...more, ...alone }
    await start('apps/server/src/main.ts', server, /http:\/\/localhost/, processes)
    await work({
      origin: `http://127.0.0.1:${port}`,
      sql,
      async addWorker() {
        workers.push(await start('apps/workers/src/main.ts', shared, /is at work/, processes))
      },
      async endWorkers() {
        await Promise.all(workers.splice(0).map(end))
      },
    })
  } finally {
    await sql.end()
    await Promise.all([...processes].map(end))
    await drop()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Resolves when the process says that it is ready. */
async function start(
  script: string,
  env: Readonly<Record<string, string>>,
  ready: RegExp,
  processes: Set<ChildProcess>,
): Promise<ChildProcess> {
  const more = { PATH: process.env.PATH }
  const child = spawn(process.execPath, ['--import', 'tsx', script], {
    cwd: root,
    env: { ...more, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  processes.add(child)
  child.once('exit', () => processes.delete(child))
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${script} does not come up.`)), startMs)
    const settle = (work: () => void) => {
      clearTimeout(timer)
      work()
    }
    child.stdout?.on('data', (text: Buffer) => {
      if (ready.test(text.toString())) settle(resolve)
    })
    child.once('exit', (code) => settle(() => reject(new Error(`${script} ended with ${code}.`))))
  })
  return child
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  await exited
}
