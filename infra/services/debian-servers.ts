import { join } from 'node:path'
import { runCommand } from '../scripts/run-command.mjs'
import { installPackages, isOnPath, newestFolderWith } from './debian-packages.ts'
import { findRabbitMqSbin } from './debian-rabbitmq.ts'
import { postgresDataOf, startOwn } from './own-servers.ts'
import { createDatabase } from './postgres.ts'
import { createServerFolder, findServiceUser, freePort } from './private-server.ts'
import type { Found, ServiceName } from './service.ts'

const postgresBase = '/usr/lib/postgresql'

/** Installs what is missing of Debian's packages for these services. Throws where it cannot. */
export async function installServers(names: readonly ServiceName[]): Promise<void> {
  const missing = []
  if (names.includes('postgres') && !findPostgresBin()) missing.push('postgresql')
  if (names.includes('redis') && !(await isOnPath('redis-server'))) missing.push('redis-server')
  if (names.includes('rabbitmq') && !findRabbitMqSbin()) missing.push('rabbitmq-server')
  if (missing.length > 0) await installPackages(missing)
}

/** Starts a Postgres of this run's own on a private loopback port, without a socket file. */
export async function startPostgres(runId: string, database: string): Promise<Found> {
  const bin = findPostgresBin()
  if (!bin) throw new Error('the Debian package brought no Postgres server')
  const user = await findServiceUser('postgres')
  const folder = createServerFolder(runId, 'postgres', user)
  const data = postgresDataOf(folder)
  const init = [
    '-D',
    data,
    '-U',
    'postgres',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C.UTF-8',
    '--no-sync',
  ]
  const { code } = await runCommand({
    program: join(bin, 'initdb'),
    args: init,
    user,
    quiet: true,
    cwd: folder,
  })
  if (code !== 0) throw new Error(`initdb ended with code ${code}`)

  const port = await freePort()
  const adminUrl = `postgres://postgres@127.0.0.1:${port}/postgres`
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=200']
  const { pid } = await startOwn(runId, {
    service: 'postgres',
    url: adminUrl,
    program: join(bin, 'postgres'),
    args: ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    user,
    folder,
    stopSignal: 'SIGINT',
  })
  const url = await createDatabase(adminUrl, database)
  return { env: { DATABASE_URL: url, POSTGRES_PID: String(pid) }, where: `127.0.0.1:${port}` }
}

/** Starts a Redis of this run's own on a private loopback port, which keeps nothing on disk. */
export async function startRedis(runId: string, prefix: string): Promise<Found> {
  const user = await findServiceUser('redis', 'nobody')
  const folder = createServerFolder(runId, 'redis', user)
  const port = await freePort()
  const url = `redis://127.0.0.1:${port}`
  const args = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--dir',
    folder,
    '--save',
    '',
    '--daemonize',
    'no',
  ]
  const { pid } = await startOwn(runId, {
    service: 'redis',
    url,
    program: 'redis-server',
    args,
    user,
    folder,
    stopSignal: 'SIGTERM',
  })
  const env = { REDIS_URL: url, REDIS_PREFIX: prefix, REDIS_PID: String(pid) }
  return { env, where: `127.0.0.1:${port}` }
}

function findPostgresBin(): string | null {
  return newestFolderWith(postgresBase, 'bin', 'postgres')
}
