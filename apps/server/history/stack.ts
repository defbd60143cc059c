import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from '@eventpass/tooling/free-port'
import { createMortal, type Mortal } from '../src/kill-loops/mortal.fake.ts'

const run = promisify(execFile)
const scripts = new URL('../../../infra/scripts', import.meta.url).pathname
export const serviceNames = ['postgres', 'redis', 'rabbitmq'] as const
/** Two, so that claims of one code also meet in different processes. */
const nodeCount = 2

export type ServiceName = (typeof serviceNames)[number]

/** The environment of a process of central, less what is a node's own. */
type Settings = Readonly<Record<'DATABASE_URL' | 'MASTER_KEY' | 'DATA_DIR', string>> &
  Readonly<Record<string, string>>

/** Central in several processes over services of this run's own, all of which may be harmed. */
export interface Stack {
  readonly databaseUrl: string
  readonly redisUrl: string
  readonly nodes: readonly (Mortal & { readonly origin: string })[]
  /** Sends a signal to a service, and to all its processes where it is to end at once. */
  readonly signal: (service: ServiceName, signal: NodeJS.Signals) => void
  /** Starts a service again where it was; waits until it answers. */
  readonly startAgain: (service: ServiceName) => Promise<void>
  readonly close: () => Promise<void>
}

/** Brings services up, has the database made ready, then starts the API nodes, which do all work. */
export async function openStack(
  services: readonly ServiceName[],
  prepare: (settings: Settings) => Promise<void>,
): Promise<Stack> {
  const name = `history-${process.pid}-${randomBytes(3).toString('hex')}`
  const pids = new Map<ServiceName, number>()
  const nodes: Stack['nodes'][number][] = []
  const dir = await mkdtemp(join(tmpdir(), 'history-'))
  const close = async () => {
    await Promise.all(nodes.map((node) => node.kill()))
    await run(join(scripts, 'dev-down.sh'), [name])
    await rm(dir, { recursive: true })
  }
  const note = (lines: string): ReadonlyMap<string, string> => {
    const told = new Map(
      lines.split('\n').map((line) => line.split(/=(.*)/, 2) as [string, string]),
    )
    for (const each of serviceNames) {
      const pid = told.get(`${each.toUpperCase()}_PID`)
      if (pid !== undefined) pids.set(each, Number(pid))
    }
    return told
  }
  try {
    const asked = ['--only', services.join(','), '--run', name, '--owner', String(process.pid)]
    const env = { ...process.env, EVENTPASS_SERVICES: 'debian' }
    const told = note((await run(join(scripts, 'dev-up.sh'), asked, { env })).stdout)
    const settings = {
      DATABASE_URL: told.get('DATABASE_URL') ?? '',
      REDIS_URL: told.get('REDIS_URL') ?? '',
      AMQP_URL: told.get('AMQP_URL') ?? '',
      MASTER_KEY: randomBytes(32).toString('hex'),
    }
    await prepare({ ...settings, DATA_DIR: join(dir, 'before') })
    while (nodes.length < nodeCount) {
      nodes.push(await createNode({ ...settings, DATA_DIR: join(dir, `node-${nodes.length}`) }))
    }
    await Promise.all(nodes.map((node) => node.start()))
    return {
      databaseUrl: settings.DATABASE_URL,
      redisUrl: settings.REDIS_URL,
      nodes,
      signal(service, signal) {
        const pid = pids.get(service)
        if (pid === undefined) throw new Error(`${service} is no process of this run's own.`)
        process.kill(signal === 'SIGKILL' ? -pid : pid, signal)
      },
      startAgain: async (service) =>
        void note((await run(join(scripts, 'dev-again.sh'), [name, service])).stdout),
      close,
    }
  } catch (fault) {
    await close()
    throw fault
  }
}

async function createNode(settings: Settings): Promise<Stack['nodes'][number]> {
  const port = await freePort()
  const own = { PORT: String(port), PAGES: 'false', DEMO: 'false', LOG_LEVEL: 'error' }
  const node = createMortal(
    'apps/server/src/main.ts',
    { ...settings, ...own },
    /http:\/\/localhost/,
  )
  return { ...node, origin: `http://127.0.0.1:${port}` }
}
