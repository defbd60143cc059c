import type { FastifyInstance } from 'fastify'
import type { Central } from '../compose/open-central.ts'

/** The truth about each dependency; 503 where one that is needed is away. */
export function mountHealth(server: FastifyInstance, central: Central): void {
  const { database, work } = central
  server.get('/health', async (_, reply) => {
    const dependencies = await askDependencies(central)
    const parked = parkedOf(work)
    // Without a broker scans are still stored and answered; rulings wait in the outbox. Without Redis
    // claims meet in the database. What is parked waits for a person.
    const whole = Object.values(dependencies).every(Boolean) && Object.keys(parked).length === 0
    const status = !dependencies[database.engine] ? 'down' : whole ? 'ok' : 'degraded'
    reply
      .code(status === 'down' ? 503 : 200)
      .header('cache-control', 'no-store')
      .send({ status, dependencies, parked })
  })
}

/** Whether each dependency that this process has answers, by name. */
export async function askDependencies({
  database,
  work,
  redis,
}: Central): Promise<Readonly<Record<string, boolean>>> {
  return {
    [database.engine]: await database.isUp(),
    ...(work ? { broker: work.broker.isUp() } : {}),
    ...(redis ? { redis: redis.isUp() } : {}),
  }
}

/** Messages that wait for a person, by topic; topics without any are left out. */
function parkedOf(work: Central['work']): Readonly<Record<string, number>> {
  const parked = (work?.figures.queues ?? []).filter((queue) => queue.parked > 0)
  return Object.fromEntries(parked.map((queue) => [queue.topic, queue.parked]))
}
