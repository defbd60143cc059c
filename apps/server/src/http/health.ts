import type { FastifyInstance } from 'fastify'
import type { Central } from '../compose/open-central.ts'

/** The truth about each dependency; 503 where one that is needed is away. */
export function mountHealth(server: FastifyInstance, central: Central): void {
  const { database, work } = central
  server.get('/health', async (_, reply) => {
    const dependencies = await askDependencies(central)
    const parked = parkedOf(work)
    const failover = await failoverOf(central)
    // Without a broker scans are still stored and answered; rulings wait in the outbox. Without Redis
    // claims meet in the database. What is parked waits for a person. A node that journals answers
    // gates, so that it must not be taken out: only one that can do neither is down.
    const whole =
      Object.values(dependencies).every(Boolean) &&
      Object.keys(parked).length === 0 &&
      (failover === null || (failover.state === 'up' && failover.parked === 0))
    const works = dependencies[database.engine] || failover?.full === false
    const status = !works ? 'down' : whole ? 'ok' : 'degraded'
    return reply
      .code(status === 'down' ? 503 : 200)
      .header('cache-control', 'no-store')
      .send({ status, dependencies, parked, failover })
  })
}

/** Whether this node journals, and how much; null where the database is embedded. */
export async function failoverOf({ failover }: Pick<Central, 'failover'>) {
  if (!failover) return null
  const { waiting, oldestMs, parked, full } = await failover.journal.readFigures()
  const oldestSeconds = oldestMs === null ? 0 : Math.max(0, (Date.now() - oldestMs) / 1_000)
  return { state: failover.watch.state(), waiting, oldestSeconds, parked, full }
}

/** Whether each dependency that this process has answers, by name. */
export async function askDependencies({
  database,
  work,
  redis,
  failover,
}: Central): Promise<Readonly<Record<string, boolean>>> {
  return {
    // What the watch knows is asked of nobody again: one that is away would have to be waited for.
    [database.engine]: failover ? failover.watch.state() !== 'away' : await database.isUp(),
    ...(work ? { broker: work.broker.isUp() } : {}),
    ...(redis ? { redis: redis.isUp() } : {}),
  }
}

/** Messages that wait for a person, by topic; topics without any are left out. */
function parkedOf(work: Central['work']): Readonly<Record<string, number>> {
  const parked = (work?.figures.queues ?? []).filter((queue) => queue.parked > 0)
  return Object.fromEntries(parked.map((queue) => [queue.topic, queue.parked]))
}
