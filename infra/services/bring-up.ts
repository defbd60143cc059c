import { findChromium } from './chromium.ts'
import { isComposeThere, startWithCompose } from './compose-servers.ts'
import { startRabbitMq } from './debian-rabbitmq.ts'
import { installServers, startPostgres, startRedis } from './debian-servers.ts'
import { cornerName, type ServiceUrls, takeRunning } from './running-servers.ts'
import type { Found, ServiceName, SourceName } from './service.ts'
import { reasonOf, tell } from './tell.ts'

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
    {
      sources: ['auto', 'running'],
      take: () => takeRunning(plan.runId, plan.names, plan.urls, found),
    },
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
  if (missing().length > 0) throw new Error(sentenceOf(missing(), reasons))
  return found
}

function sentenceOf(missing: readonly ServiceName[], reasons: readonly string[]): string {
  const advice = missing.some((name) => name !== 'chromium')
    ? 'Name servers that let you make a database and a vhost (DATABASE_URL, REDIS_URL, AMQP_URL), start Docker, or run this as root on Debian.'
    : 'Then run this again.'
  return [`${missing.join(', ')} could not be had.`, ...reasons, advice].join('\n    ')
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
