import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { measureWork } from '@eventpass/broker'
import { listenFault } from '@eventpass/db'
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { OpenedWorkers } from './open-workers.ts'

const usualPort = 4010

/** Where a worker tells how it is. */
export interface Figures {
  readonly port: number
  readonly close: () => Promise<void>
}

/**
 * Serves `/health` and `/metrics` of a worker process, and nothing else.
 *
 * Nothing in them speaks of a person or a tenant. Who may reach the address is the operator's choice:
 * by default it is this machine alone.
 */
export async function serveFigures(
  workers: Pick<OpenedWorkers, 'figures' | 'askDependencies'>,
  { host, port }: { readonly host: string; readonly port: number | null },
): Promise<Figures> {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  measureWork(workers.figures, registry)
  measureDependencies(workers, registry)

  const server = createServer(async (request, response) => {
    const path = request.method === 'GET' ? request.url : null
    if (path === '/health') return tellHealth(workers, response)
    if (path !== '/metrics') return void response.writeHead(404).end('There is no such page.\n')
    const text = await registry.metrics()
    response.writeHead(200, { 'content-type': registry.contentType, ...notKept }).end(text)
  })
  try {
    await listen(server, host, port ?? usualPort)
  } catch (error) {
    // Several workers on one machine: only where a port was asked for does it have to be that one.
    const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    if (port !== null || !taken) {
      const wanted = port ?? usualPort
      const variable = { host: 'WORKER_HOST', port: 'WORKER_PORT' }
      throw listenFault(error, { host, port: wanted, next: wanted + 1, variable })
    }
    await listen(server, host, 0)
  }
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  server.listen({ host, port })
  // Rejects at an error before.
  await once(server, 'listening')
}

const notKept = { 'cache-control': 'no-store' }

/** 503 where the database or the broker is away: then this process does nothing. */
async function tellHealth(
  { figures, askDependencies }: Pick<OpenedWorkers, 'figures' | 'askDependencies'>,
  response: ServerResponse,
): Promise<void> {
  const dependencies = await askDependencies()
  const waiting = figures.queues.filter(({ parked }) => parked > 0)
  const parked = Object.fromEntries(waiting.map((queue) => [queue.topic, queue.parked]))
  const up = Object.values(dependencies).every(Boolean)
  const status = up ? (waiting.length > 0 ? 'degraded' : 'ok') : 'down'
  response
    .writeHead(up ? 200 : 503, { 'content-type': 'application/json', ...notKept })
    .end(JSON.stringify({ status, dependencies, parked }))
}

function measureDependencies(
  { askDependencies }: Pick<OpenedWorkers, 'askDependencies'>,
  registry: Registry,
): void {
  new Gauge({
    name: 'eventpass_dependency_up',
    help: '1 where the dependency answers',
    labelNames: ['dependency'],
    registers: [registry],
    async collect() {
      for (const [dependency, up] of Object.entries(await askDependencies())) {
        this.set({ dependency }, Number(up))
      }
    },
  })
}
