import { carryOut } from './clear-run.ts'
import { createDatabase, usualPostgresUrls } from './postgres.ts'
import { createVhost, usualRabbitMqUrls } from './rabbitmq.ts'
import { probeRedis, usualRedisUrls } from './redis.ts'
import { appendUndo, removeUndo, type Undo } from './run-record.ts'
import type { Found, ServiceName } from './service.ts'
import { reasonOf, tell } from './tell.ts'

/** What the environment says about where services are. */
export interface ServiceUrls {
  readonly databaseUrl: string | undefined
  readonly redisUrl: string | undefined
  readonly amqpUrl: string | undefined
  readonly chromiumPath: string | undefined
}

/** A server that may be had at one of several addresses, and how to take a corner of it. */
interface Candidate {
  readonly name: ServiceName
  readonly urls: readonly string[]
  readonly take: (url: string) => Promise<Found['env']>
}

/** Databases and vhosts are named alike, so that what a run left can be told by its name. */
export function cornerName(runId: string): string {
  return `eventpass_${runId.replaceAll('-', '_')}`
}

/** A bench has a hundred clients with a connection each, beside central's own and those of tests. */
const benchConnectionsMin = 150

function connectionsOf(runId: string): number {
  return runId.startsWith('bench-') ? benchConnectionsMin : 0
}

/**
 * Takes a corner of what answers in the environment and at the usual ports, and adds it to what is
 * found. Returns why the others do not do.
 */
export async function takeRunning(
  runId: string,
  names: readonly ServiceName[],
  urls: ServiceUrls,
  found: Map<ServiceName, Found>,
): Promise<string[]> {
  const reasons: string[] = []
  const searches = candidates(runId, urls)
    .filter(({ name }) => names.includes(name))
    .map(async ({ name, urls, take }) => {
      for (const url of urls) {
        const host = URL.canParse(url) ? new URL(url).host : 'an address that is no URL'
        try {
          found.set(name, { env: await take(url), where: host })
          tell(`${name}: using the one that runs at ${host}, in a corner of this run's own.`)
          return
        } catch (fault) {
          reasons.push(`${name} at ${host}: ${reasonOf(fault)}`)
        }
      }
    })
  await Promise.all(searches)
  for (const reason of reasons) tell(`Not used: ${reason}.`)
  return reasons
}

function candidates(runId: string, urls: ServiceUrls): Candidate[] {
  const name = cornerName(runId)
  const prefix = `${name}:`
  return [
    {
      name: 'postgres',
      urls: [...given(urls.databaseUrl), ...usualPostgresUrls],
      take: async (adminUrl) => {
        const make = () => createDatabase(adminUrl, name, connectionsOf(runId))
        return { DATABASE_URL: await noted(runId, { kind: 'database', adminUrl, name }, make) }
      },
    },
    {
      name: 'redis',
      urls: [...given(urls.redisUrl), ...usualRedisUrls],
      take: async (url) => {
        await noted(runId, { kind: 'redis_keys', url, prefix }, () => probeRedis(url, prefix))
        return { REDIS_URL: url, REDIS_PREFIX: prefix }
      },
    },
    {
      name: 'rabbitmq',
      urls: [...given(urls.amqpUrl), ...usualRabbitMqUrls],
      take: async (adminUrl) => {
        const make = () => createVhost(adminUrl, name)
        return { AMQP_URL: await noted(runId, { kind: 'vhost', adminUrl, name }, make) }
      },
    },
  ]
}

function given(url: string | undefined): string[] {
  return url === undefined ? [] : [url]
}

/** Makes something that must be taken away again: noted before, forgotten again if it failed. */
async function noted<T>(runId: string, undo: Undo, make: () => Promise<T>): Promise<T> {
  appendUndo(runId, undo)
  try {
    return await make()
  } catch (fault) {
    await carryOut(undo).catch(() => undefined)
    removeUndo(runId, undo)
    throw fault
  }
}
