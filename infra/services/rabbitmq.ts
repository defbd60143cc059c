import { connect } from 'amqplib'
import { runCommand } from '../scripts/run-command.mjs'

const connectTimeoutMs = 10_000
const managementTimeoutMs = 4_000
const managementPort = 15_672

export const usualRabbitMqUrls = ['amqp://guest:guest@127.0.0.1:5672'] as const

/**
 * Makes a vhost of this run's own and lets the URL's user into it: through the management plugin
 * where it answers, else through `rabbitmqctl`, which needs root, the user rabbitmq or sudo on the
 * broker's machine. Throws where the broker does not answer or gives no such right.
 *
 * @returns the URL of the new vhost
 */
export async function createVhost(adminUrl: string, name: string): Promise<string> {
  await probeRabbitMq(adminUrl)
  const user = decodeURIComponent(new URL(adminUrl).username || 'guest')
  const made =
    (await createByManagement(adminUrl, name, user)) || (await createByCtl(adminUrl, name, user))
  if (!made) throw new Error('no right to create a vhost there')
  const url = new URL(adminUrl)
  url.pathname = `/${name}`
  // Also shows that rabbitmqctl spoke to the broker which answers at this address.
  await probeRabbitMq(url.href)
  return url.href
}

/** Deletes a run's vhost with everything in it; one that is gone already is no fault. */
export async function deleteVhost(adminUrl: string, name: string): Promise<void> {
  const status = await management(adminUrl, 'DELETE', `vhosts/${name}`)
  if (status === 204 || status === 404) return
  const listed = await ctl(adminUrl, ['list_vhosts', '--silent'])
  if (listed.code === 0 && !listed.output.split('\n').includes(name)) return
  const { code } = await ctl(adminUrl, ['delete_vhost', name])
  if (code !== 0) throw new Error(`the vhost ${name} could not be deleted`)
}

/** Connects once. Returns the name of the cluster that answers. Throws where none does. */
export async function probeRabbitMq(url: string): Promise<string> {
  const connection = await connect(url, { timeout: connectTimeoutMs })
  const properties: Readonly<Record<string, unknown>> = {
    ...connection.connection.serverProperties,
  }
  await connection.close()
  return String(properties.cluster_name ?? '')
}

async function createByManagement(adminUrl: string, name: string, user: string): Promise<boolean> {
  const made = await management(adminUrl, 'PUT', `vhosts/${name}`)
  if (made !== 201 && made !== 204) return false
  const path = `permissions/${name}/${encodeURIComponent(user)}`
  const allowed = await management(adminUrl, 'PUT', path, {
    configure: '.*',
    write: '.*',
    read: '.*',
  })
  return allowed === 201 || allowed === 204
}

async function createByCtl(adminUrl: string, name: string, user: string): Promise<boolean> {
  if ((await ctl(adminUrl, ['add_vhost', name])).code !== 0) return false
  return (await ctl(adminUrl, ['set_permissions', '-p', name, user, '.*', '.*', '.*'])).code === 0
}

/** The status that the management plugin answers with, or 0 where there is none. */
async function management(
  adminUrl: string,
  method: string,
  path: string,
  body?: object,
): Promise<number> {
  const { protocol, hostname, username, password } = new URL(adminUrl)
  const scheme = protocol === 'amqps:' ? 'https' : 'http'
  const user = `${decodeURIComponent(username || 'guest')}:${decodeURIComponent(password || 'guest')}`
  try {
    const response = await fetch(`${scheme}://${hostname}:${managementPort}/api/${path}`, {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(user).toString('base64')}`,
        'content-type': 'application/json',
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(managementTimeoutMs),
    })
    return response.status
  } catch {
    return 0
  }
}

async function ctl(
  adminUrl: string,
  args: readonly string[],
): Promise<{ code: number; output: string }> {
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(new URL(adminUrl).hostname)) {
    return { code: 1, output: '' }
  }
  const plain = await runCommand({ program: 'rabbitmqctl', args, quiet: true })
  if (plain.code === 0 || process.getuid?.() === 0) return plain
  return runCommand({ program: 'sudo', args: ['-n', 'rabbitmqctl', ...args], quiet: true })
}
