import type { FastifyInstance } from 'fastify'
import type { Central } from '../compose/open-central.ts'

/** The truth about each dependency; 503 where one that is needed is away. */
export function mountHealth(server: FastifyInstance, { database, broker }: Central): void {
  server.get('/health', async (_, reply) => {
    const up = { [database.engine]: await database.isUp(), broker: broker.isUp() }
    // Without a broker scans are still stored and answered; rulings wait in the outbox.
    const status = !up[database.engine] ? 'down' : up.broker ? 'ok' : 'degraded'
    reply
      .code(status === 'down' ? 503 : 200)
      .header('cache-control', 'no-store')
      .send({ status, dependencies: up })
  })
}
