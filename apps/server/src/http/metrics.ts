import { measureWork } from '@eventpass/broker'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Central } from '../compose/open-central.ts'
import { askDependencies, failoverOf } from './health.ts'

/** A page of an organiser, a push of 500 scans: what is slower than the last is a fault. */
const secondsBuckets = [0.005, 0.02, 0.1, 0.4, 1, 3, 10]

/**
 * Figures of this process for Prometheus: calls, dependencies, and what its workers do.
 *
 * Nothing in them speaks of a person or a tenant. Only a scraper on the same machine gets them, and
 * none that comes through a proxy: for everybody else there is no such page.
 */
export function mountMetrics(server: FastifyInstance, central: Central): void {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  measureCalls(server, registry)
  measureDependencies(central, registry)
  if (central.work) measureWork(central.work.figures, registry)
  if (central.failover) measureFailover(central.failover, registry)

  server.get('/metrics', async (request, reply) => {
    if (!isLocal(request)) return reply.callNotFound()
    const text = await registry.metrics()
    return reply.header('cache-control', 'no-store').type(registry.contentType).send(text)
  })
}

function isLocal({ ip, headers }: FastifyRequest): boolean {
  const here = ip === '127.0.0.1' || ip === '::1' || ip === '::ffff:127.0.0.1'
  return here && !headers['x-forwarded-for'] && !headers.forwarded
}

function measureCalls(server: FastifyInstance, registry: Registry): void {
  const seconds = new Histogram({
    name: 'eventpass_http_seconds',
    help: 'Time from a request to the end of its answer, by route',
    labelNames: ['method', 'route', 'status'],
    buckets: secondsBuckets,
    registers: [registry],
  })
  server.addHook('onResponse', async (request, reply) => {
    // The route and not the address: addresses have ids in them, and codes.
    const route = request.routeOptions.url ?? 'none'
    const labels = { method: request.method, route, status: reply.statusCode }
    seconds.observe(labels, reply.elapsedTime / 1_000)
  })
}

function measureDependencies(central: Central, registry: Registry): void {
  new Gauge({
    name: 'eventpass_dependency_up',
    help: '1 where the dependency answers',
    labelNames: ['dependency'],
    registers: [registry],
    async collect() {
      for (const [dependency, up] of Object.entries(await askDependencies(central))) {
        this.set({ dependency }, Number(up))
      }
    },
  })
}

function measureFailover(failover: NonNullable<Central['failover']>, registry: Registry): void {
  const gauge = (name: string, help: string, read: (figures: FailoverFigures) => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        const figures = await failoverOf({ failover })
        if (figures) this.set(read(figures))
      },
    })
  gauge('eventpass_failover_active', '1 while claims and pushes are journaled', ({ state }) =>
    Number(state !== 'up'),
  )
  gauge('eventpass_journal_waiting', 'Entries to be replayed', ({ waiting }) => waiting)
  gauge(
    'eventpass_journal_oldest_seconds',
    'Age of the oldest entry to be replayed',
    ({ oldestSeconds }) => oldestSeconds,
  )
  gauge('eventpass_journal_parked', 'Entries that wait for a person', ({ parked }) => parked)
  new Counter({
    name: 'eventpass_journal_replayed_total',
    help: 'Entries by how they ended',
    labelNames: ['end'],
    registers: [registry],
    collect() {
      this.reset()
      for (const [end, count] of Object.entries(failover.replayed)) this.inc({ end }, count)
    },
  })
}

type FailoverFigures = NonNullable<Awaited<ReturnType<typeof failoverOf>>>
