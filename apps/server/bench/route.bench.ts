import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { issuePass } from '@eventpass/api'
import { atLeastPartOf, type Figure, median, recorded } from '@eventpass/tooling/bench'
import { fastifyTRPCPlugin } from '@trpc/server/adapters/fastify'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { createCallContext } from '../src/http/call-context.ts'
import { createServer } from '../src/http/create-server.ts'
import { type BenchCentral, withCentral } from './central.bench.ts'
import type { BenchDoor } from './door.ts'
import { emptyRouter } from './empty-router.ts'
import type { HttpLoad } from './http-load.ts'
import type { Rate } from './rate.ts'

const clients = 20
const rounds = 3
const roundMs = 2_000
/** More than a client can ask in a round. */
const perClient = 600
const guests = (rounds + 2) * clients * perClient
const part = 0.6

/**
 * `scan.claim` over HTTP, as gates call it, against an empty mutation of the same shape on the same
 * server, turn by turn: what a claim adds to the price of being asked at all.
 */
export async function benchRoute(print: (figure: Figure) => void): Promise<void> {
  await withCentral({ guests, tablets: clients }, async (bench) => {
    const server = await openServer(bench)
    try {
      const { port } = server.server.address() as AddressInfo
      // Nothing is written of these: the same will do each time.
      const nothing = await requestsOf(bench, '/empty')
      const askNothing = () => runClients({ port, requests: nothing, ms: roundMs })
      const askClaims = async () =>
        runClients({ port, requests: await requestsOf(bench, '/trpc'), ms: roundMs })
      await askNothing()
      await askClaims()
      const [ours, empty]: [Rate[], Rate[]] = [[], []]
      for (let round = 0; round < rounds; round += 1) {
        empty.push(await askNothing())
        ours.push(await askClaims())
      }
      const rate = (rates: readonly Rate[]) => median(rates.map(({ perSecond }) => perSecond))
      const p99 = (rates: readonly Rate[]) => median(rates.map(({ p99Ms }) => p99Ms))
      const name = `scan.claim over HTTP, ${clients} clients`
      const measured = { value: rate(ours), versus: rate(empty), unit: 'claims/s', part }
      print(atLeastPartOf(name, measured))
      print(recorded(`${name}, p99`, p99(ours), 'ms'))
      print(recorded(`empty mutation over HTTP, ${clients} clients, p99`, p99(empty), 'ms'))
    } finally {
      await server.close()
    }
  })
}

async function openServer({ central }: BenchCentral): Promise<FastifyInstance> {
  const log = pino({ level: 'error' })
  const origin = 'http://localhost'
  const server = await createServer({ central, log, origin, pages: null, tls: null, demo: null })
  await server.register(fastifyTRPCPlugin, {
    prefix: '/empty',
    trpcOptions: {
      router: emptyRouter,
      createContext: (call: Parameters<typeof createCallContext>[1]) =>
        createCallContext(central, call),
    },
  })
  await server.listen({ port: 0, host: '127.0.0.1' })
  return server
}

/** Requests as a gate’s fetch sends them. */
async function requestsOf({ central, door }: BenchCentral, prefix: string): Promise<string[][]> {
  return Promise.all(
    Array.from({ length: clients }, async (_, tablet) => {
      const device = door.devices[tablet]
      if (!device) throw new Error('There are too few tablets.')
      const pass = await issuePass(central.deps, { tenant: door.tenant, device })
      return Array.from({ length: perClient }, () => requestOf(prefix, pass, door, tablet))
    }),
  )
}

function requestOf(prefix: string, pass: string, door: BenchDoor, tablet: number): string {
  const body = JSON.stringify(door.nextClaim(tablet))
  const head = [
    `POST ${prefix}/scan.claim HTTP/1.1`,
    'host: localhost',
    'content-type: application/json',
    `authorization: Device ${pass}`,
    `content-length: ${body.length}`,
  ]
  return `${head.join('\r\n')}\r\n\r\n${body}`
}

/** In a process of their own, so that they do not take central’s time. */
async function runClients(load: HttpLoad): Promise<Rate> {
  const child = fork(fileURLToPath(new URL('./http-load.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx'],
  })
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`The clients ended with ${code}.`)
  })
  child.send(load)
  const [rate] = await Promise.race([once(child, 'message'), failed])
  failed.catch(() => undefined)
  return rate as Rate
}
