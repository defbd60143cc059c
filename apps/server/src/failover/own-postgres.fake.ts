import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const scripts = fileURLToPath(new URL('../../../../infra/scripts', import.meta.url))

/** A Postgres of a test's own, which it may stop and start. */
export interface OwnPostgres {
  readonly url: string
  /** Ends it at once, as a crash of the machine would: no good-bye to anybody. */
  readonly stop: () => Promise<void>
  /** Starts it again, in its folder and at its address; resolves when it answers. */
  readonly start: () => Promise<void>
  readonly remove: () => Promise<void>
}

export async function openOwnPostgres(environment: NodeJS.ProcessEnv): Promise<OwnPostgres> {
  const name = `failover-${randomUUID().slice(0, 8)}`
  const env = { ...environment, EVENTPASS_SERVICES: 'private' }
  const told = async (script: string, args: readonly string[]) => {
    const { stdout } = await run(`${scripts}/${script}`, [...args], { env })
    return new Map(stdout.split('\n').map((line) => line.split('=', 2) as [string, string]))
  }
  const owner = String(process.pid)
  const found = await told('dev-up.sh', ['--only', 'postgres', '--run', name, '--owner', owner])
  let pid = Number(found.get('POSTGRES_PID'))
  return {
    url: found.get('DATABASE_URL') ?? '',
    async stop() {
      process.kill(pid, 'SIGQUIT')
    },
    async start() {
      pid = Number((await told('dev-again.sh', [name, 'postgres'])).get('POSTGRES_PID'))
    },
    remove: async () => void (await run(`${scripts}/dev-down.sh`, [name])),
  }
}
