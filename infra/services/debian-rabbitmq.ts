import { chownSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand } from '../scripts/run-command.mjs'
import { newestFolderWith } from './debian-packages.ts'
import { rabbitMqNodeAt, startOwn } from './own-servers.ts'
import { createServerFolder, findServiceUser, freePort, startServer } from './private-server.ts'
import type { Found } from './service.ts'

const libBase = '/usr/lib/rabbitmq/lib'
const epmdReadyMs = 90_000

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
  const node = rabbitMqNodeAt(port)
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
  const shared = { env, user, folder, stopSignal: 'SIGTERM' as const }
  await startServer(runId, {
    ...{ ...shared, ...epmd, readyMs: epmdReadyMs },
    isOurs: () => epmdAnswers(epmdPort),
  })

  const url = `amqp://guest:guest@127.0.0.1:${port}`
  const program = join(sbin, 'rabbitmq-server')
  const { pid } = await startOwn(runId, { service: 'rabbitmq', url, program, args: [], ...shared })
  return { env: { AMQP_URL: url, RABBITMQ_PID: String(pid) }, where: `127.0.0.1:${port}` }
}

function rabbitMqEnvironment(
  folder: string,
  node: string,
  port: number,
  distributionPort: number,
  epmdPort: number,
): Record<string, string> {
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

/** The folder of the scripts that the Debian package brings, or null where it is not installed. */
export function findRabbitMqSbin(): string | null {
  return newestFolderWith(libBase, 'sbin', 'rabbitmq-server')
}
