import { join } from 'node:path'
import { runCommand } from '../scripts/run-command.mjs'
import { createDatabase } from './postgres.ts'
import { freePort } from './private-server.ts'
import { appendUndo } from './run-record.ts'
import type { Found, ServiceName } from './service.ts'
import { tell } from './tell.ts'

const composeFile = join(import.meta.dirname, '../docker/docker-compose.yml')

/** Whether a Docker engine answers and brings compose. */
export async function isComposeThere(): Promise<boolean> {
  for (const args of [['info'], ['compose', 'version']]) {
    if ((await runCommand({ program: 'docker', args, quiet: true })).code !== 0) return false
  }
  return true
}

/**
 * Starts services in containers of this run's own, on free loopback ports. Throws where compose
 * cannot bring them up.
 */
export async function startWithCompose(
  runId: string,
  names: readonly ServiceName[],
  database: string,
  prefix: string,
): Promise<ReadonlyMap<ServiceName, Found>> {
  const project = `eventpass-${runId}`
  const ports = { postgres: await freePort(), redis: await freePort(), rabbitmq: await freePort() }
  const services = names.filter((name) => name !== 'chromium')
  tell(`Starting ${services.join(', ')} in containers (the first time their images are fetched).`)
  appendUndo(runId, { kind: 'compose', project })
  const { code } = await compose(project, ['up', '--detach', '--wait', ...services], {
    POSTGRES_PORT: String(ports.postgres),
    REDIS_PORT: String(ports.redis),
    RABBITMQ_PORT: String(ports.rabbitmq),
  })
  if (code !== 0) throw new Error(`docker compose up ended with code ${code}`)

  const found = new Map<ServiceName, Found>()
  for (const name of services) {
    const where = `127.0.0.1:${ports[name]}`
    if (name === 'postgres') {
      const url = await createDatabase(`postgres://postgres:postgres@${where}/postgres`, database)
      found.set(name, { where, env: { DATABASE_URL: url } })
    }
    if (name === 'redis') {
      found.set(name, { where, env: { REDIS_URL: `redis://${where}`, REDIS_PREFIX: prefix } })
    }
    if (name === 'rabbitmq') {
      found.set(name, { where, env: { AMQP_URL: `amqp://guest:guest@${where}` } })
    }
  }
  return found
}

/** Takes a run's containers and their data away. Throws where Docker refuses. */
export async function stopCompose(project: string): Promise<void> {
  const { code } = await compose(project, ['down', '--volumes', '--remove-orphans'], {})
  if (code !== 0) throw new Error(`docker compose down ended with code ${code}`)
}

function compose(
  project: string,
  args: readonly string[],
  ports: Readonly<Record<string, string>>,
): Promise<{ code: number; output: string }> {
  // Captured, since compose writes to stdout what only a person wants to see.
  return runCommand({
    program: 'docker',
    args: ['compose', '--project-name', project, '--file', composeFile, ...args],
    env: { ...process.env, ...ports },
    capture: true,
  })
}
