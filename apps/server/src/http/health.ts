import type { FastifyInstance } from 'fastify'
import type { Central } from '../compose/open-central.ts'

/** The truth about each dependency; 503 where one that is needed is away. */
export function mountHealth(server: FastifyInstance, { database, broker, redis }: Central): void {
  server.get('/health', async (_, reply) => {
    const up: Readonly<Record<string, boolean>> = {
      [database.engine]: await database.isUp(),
      broker: broker.isUp(),
      ...(redis ? { redis: redis.isUp() } : {}),
    }
    // Without a broker scans are still stored and answered; rulings wait in the outbox. Without Redis
    // claims meet in the database.
    const whole = Object.values(up).every(Boolean)
    const status = !up[database.engine] ? 'down' : whole ? 'ok' : 'degraded'
    reply
      .code(status === 'down' ? 503 : 200)
      .header('cache-control', 'no-store')
      .send({ status, dependencies: up })
  })
}
