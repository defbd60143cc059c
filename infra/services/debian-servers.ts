import { chownSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand } from '../scripts/run-command.mjs'
import { installPackages, isOnPath, newestFolderWith } from './debian-packages.ts'
import { createDatabase, dataFolderOf } from './postgres.ts'
import { createServerFolder, findServiceUser, freePort, startServer } from './private-server.ts'
import { processGroupOf } from './process-identity.ts'
import { probeRabbitMq } from './rabbitmq.ts'
import { redisPid } from './redis.ts'
import type { Found, ServiceName } from './service.ts'

const postgresBase = '/usr/lib/postgresql'
const rabbitMqBase = '/usr/lib/rabbitmq/lib'
const readyMs = { postgres: 30_000, redis: 15_000, rabbitmq: 90_000 }

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
  const data = join(folder, 'data')
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
  const { pid } = await startServer(runId, {
    program: join(bin, 'postgres'),
    args: ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    user,
    folder,
    stopSignal: 'SIGINT',
    readyMs: readyMs.postgres,
    isOurs: async (pid) => {
      if ((await dataFolderOf(adminUrl)) !== data) throw new Error('another Postgres answers')
      const written = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]
      if (Number(written) !== pid) throw new Error('another Postgres runs in this folder')
    },
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
  const { pid } = await startServer(runId, {
    program: 'redis-server',
    args,
    user,
    folder,
    stopSignal: 'SIGTERM',
    readyMs: readyMs.redis,
    isOurs: async (pid) => {
      if ((await redisPid(url)) !== pid) throw new Error('another Redis answers')
    },
  })
  const env = { REDIS_URL: url, REDIS_PREFIX: prefix, REDIS_PID: String(pid) }
  return { env, where: `127.0.0.1:${port}` }
}

/**
 * Starts a RabbitMQ of this run's own. Its script is called in its own lib folder, because the one
 * on the path switches to another user; epmd, which Erlang would leave behind as a daemon, is
 * started beside it on a port of its own, so that both end with the run.
 */
export async function startRabbitMq(runId: string): Promise<Found> {
  const sbin = findRabbitMqSbin()
  if (!sbin) throw new Error('the Debian package brought no RabbitMQ server')
  const user = await findServiceUser('rabbitmq')
  const folder = createServerFolder(runId, 'rabbitmq', user)
  const [port, distributionPort, epmdPort] = [await freePort(), await freePort(), await freePort()]
  const node = `eventpass-${port}@localhost`
  const env = rabbitMqEnvironment(folder, node, port, distributionPort, epmdPort)
  const files = {
    'env.conf': '',
    // The name by which the broker that answers is known to be this one.
    'rabbitmq.conf': `cluster_name = ${node}\n`,
    'advanced.config': '[].',
    enabled_plugins: '[].',
  }
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), text)
    if (user) chownSync(join(folder, name), user.uid, user.gid)
  }
  const epmd = { program: 'epmd', args: ['-port', String(epmdPort), '-address', '127.0.0.1'] }
  const shared = { env, user, folder, stopSignal: 'SIGTERM' as const, readyMs: readyMs.rabbitmq }
  await startServer(runId, { ...shared, ...epmd, isOurs: () => epmdAnswers(epmdPort) })

  const url = `amqp://guest:guest@127.0.0.1:${port}`
  const { pid } = await startServer(runId, {
    ...shared,
    program: join(sbin, 'rabbitmq-server'),
    args: [],
    isOurs: async (pid) => {
      if ((await probeRabbitMq(url)) !== node) throw new Error('another RabbitMQ answers')
      // The script waits for the Erlang machine, which writes its own number, in the same group.
      const written = Number(readFileSync(join(folder, 'pid'), 'utf8'))
      if (processGroupOf(written) !== pid) throw new Error('another RabbitMQ wrote the pid file')
    },
  })
  return { env: { AMQP_URL: url, RABBITMQ_PID: String(pid) }, where: `127.0.0.1:${port}` }
}

function rabbitMqEnvironment(
  folder: string,
  node: string,
  port: number,
  distributionPort: number,
  epmdPort: number,
): NodeJS.ProcessEnv {
  return {
    HOME: folder,
    ERL_EPMD_PORT: String(epmdPort),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_FLAGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    RABBITMQ_NODENAME: node,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(distributionPort),
    RABBITMQ_CONF_ENV_FILE: join(folder, 'env.conf'),
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
    RABBITMQ_ADVANCED_CONFIG_FILE: join(folder, 'advanced.config'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
    RABBITMQ_MNESIA_BASE: join(folder, 'mnesia'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_PID_FILE: join(folder, 'pid'),
  }
}

async function epmdAnswers(port: number): Promise<void> {
  const names = { program: 'epmd', args: ['-port', String(port), '-names'], quiet: true }
  if ((await runCommand(names)).code !== 0) throw new Error('epmd does not answer')
}

function findPostgresBin(): string | null {
  return newestFolderWith(postgresBase, 'bin', 'postgres')
}

function findRabbitMqSbin(): string | null {
  const folder = newestFolderWith(rabbitMqBase, 'sbin', 'rabbitmq-server')
  return folder !== null && existsSync(folder) ? folder : null
}
