import { findChromium } from './chromium.ts'
import { carryOut } from './clear-run.ts'
import { isComposeThere, startWithCompose } from './compose-servers.ts'
import { installServers, startPostgres, startRabbitMq, startRedis } from './debian-servers.ts'
import { createDatabase, usualPostgresUrls } from './postgres.ts'
import { createVhost, usualRabbitMqUrls } from './rabbitmq.ts'
import { probeRedis, usualRedisUrls } from './redis.ts'
import { appendUndo, removeUndo, type Undo } from './run-record.ts'
import type { Found, ServiceName, SourceName } from './service.ts'
import { reasonOf, tell } from './tell.ts'

/** What the environment says about where services are. */
interface ServiceUrls {
  readonly databaseUrl: string | undefined
  readonly redisUrl: string | undefined
  readonly amqpUrl: string | undefined
  readonly chromiumPath: string | undefined
}

export interface BringUp {
  readonly runId: string
  readonly source: SourceName
  readonly names: readonly ServiceName[]
  readonly urls: ServiceUrls
}

type Answers = Map<ServiceName, Found>

/**
 * Finds or starts every service asked for, each with a corner of this run's own: first what runs
 * already, then containers, then Debian's packages. Throws one sentence a service that could not be
 * had. What was made until then is in the run's record, for the caller to clear.
 */
export async function bringUp(plan: BringUp): Promise<ReadonlyMap<ServiceName, Found>> {
  const found: Answers = new Map()
  const reasons: string[] = []
  const missing = () => plan.names.filter((name) => !found.has(name))
  const steps = [
    { sources: ['auto', 'running'], take: () => takeRunning(plan, found) },
    { sources: ['auto', 'private', 'compose'], take: () => takeCompose(plan, missing(), found) },
    { sources: ['auto', 'private', 'debian'], take: () => takeDebian(plan, missing(), found) },
  ]
  const chromium = plan.names.includes('chromium') ? takeChromium(plan, found) : null
  chromium?.catch(() => undefined)
  for (const { sources, take } of steps) {
    const isDone = missing().every((name) => name === 'chromium')
    if (isDone || !sources.includes(plan.source)) continue
    reasons.push(...(await take()))
  }
  await chromium?.catch((fault: unknown) => reasons.push(`Chromium: ${reasonOf(fault)}`))
  if (missing().length > 0) {
    const wanted = missing().join(', ')
    throw new Error(
      `${wanted} could not be had.\n    ${reasons.join('\n    ')}\n  Name a server that gives the right to make a database or vhost in DATABASE_URL, REDIS_URL or AMQP_URL, start Docker, or run as root on Debian.`,
    )
  }
  return found
}

/** Databases and vhosts are named alike, so that what a run left can be told by its name. */
function cornerName(runId: string): string {
  return `eventpass_${runId.replaceAll('-', '_')}`
}

/** Takes what answers in the environment and at the usual ports. Returns why the others do not do. */
async function takeRunning({ runId, names, urls }: BringUp, found: Answers): Promise<string[]> {
  const name = cornerName(runId)
  const prefix = `${name}:`
  const tries: Record<string, { urls: string[]; take: (url: string) => Promise<Found['env']> }> = {
    postgres: {
      urls: [...(urls.databaseUrl ? [urls.databaseUrl] : []), ...usualPostgresUrls],
      take: async (adminUrl) => ({
        DATABASE_URL: await noted(runId, { kind: 'database', adminUrl, name }, () =>
          createDatabase(adminUrl, name),
        ),
      }),
    },
    redis: {
      urls: [...(urls.redisUrl ? [urls.redisUrl] : []), ...usualRedisUrls],
      take: async (url) => {
        await noted(runId, { kind: 'redis_keys', url, prefix }, () => probeRedis(url, prefix))
        return { REDIS_URL: url, REDIS_PREFIX: prefix }
      },
    },
    rabbitmq: {
      urls: [...(urls.amqpUrl ? [urls.amqpUrl] : []), ...usualRabbitMqUrls],
      take: async (adminUrl) => ({
        AMQP_URL: await noted(runId, { kind: 'vhost', adminUrl, name }, () =>
          createVhost(adminUrl, name),
        ),
      }),
    },
  }
  const reasons: string[] = []
  const searches = names.map(async (service) => {
    for (const url of tries[service]?.urls ?? []) {
      const { host } = new URL(url)
      try {
        const env = await tries[service]?.take(url)
        if (!env) continue
        found.set(service, { env, where: host })
        tell(
          `${service}: using the one that runs at ${host}, in a corner of this run's own (${name}).`,
        )
        return
      } catch (fault) {
        reasons.push(`${service} at ${host}: ${reasonOf(fault)}`)
      }
    }
  })
  await Promise.all(searches)
  for (const reason of reasons) tell(`Not used: ${reason}.`)
  return reasons
}

async function takeCompose(
  { runId, source }: BringUp,
  missing: readonly ServiceName[],
  found: Answers,
): Promise<string[]> {
  if (!(await isComposeThere())) return ['docker compose: no engine answers']
  try {
    const name = cornerName(runId)
    for (const [service, answer] of await startWithCompose(runId, missing, name, `${name}:`)) {
      found.set(service, answer)
      tell(`${service}: started in a container, at ${answer.where}.`)
    }
    return []
  } catch (fault) {
    if (source === 'compose') throw fault
    return [`docker compose: ${reasonOf(fault)}`]
  }
}

async function takeDebian(
  { runId }: BringUp,
  missing: readonly ServiceName[],
  found: Answers,
): Promise<string[]> {
  try {
    await installServers(missing)
  } catch (fault) {
    return [`Debian packages: ${reasonOf(fault)}`]
  }
  const name = cornerName(runId)
  const starts: Record<string, () => Promise<Found>> = {
    postgres: () => startPostgres(runId, name),
    redis: () => startRedis(runId, `${name}:`),
    rabbitmq: () => startRabbitMq(runId),
  }
  const reasons: string[] = []
  const attempts = missing.map(async (service) => {
    try {
      const answer = await starts[service]?.()
      if (!answer) return
      found.set(service, answer)
      tell(`${service}: started from Debian's package for this run alone, at ${answer.where}.`)
    } catch (fault) {
      reasons.push(
        `${service} of Debian's package: ${fault instanceof Error ? fault.message : fault}`,
      )
    }
  })
  await Promise.all(attempts)
  return reasons
}

async function takeChromium({ urls }: BringUp, found: Answers): Promise<void> {
  const answer = await findChromium(urls.chromiumPath)
  found.set('chromium', answer)
  tell(`chromium: using ${answer.where}.`)
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
