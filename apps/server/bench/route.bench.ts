import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { issuePass } from '@eventpass/api'
import { atLeastPartOf, besides, type Figure, median, recorded } from '@eventpass/tooling/bench'
import { fastifyTRPCPlugin } from '@trpc/server/adapters/fastify'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { createCallContext } from '../src/http/call-context.ts'
import { createServer } from '../src/http/create-server.ts'
import { type BenchCentral, withCentral } from './central.bench.ts'
import type { BenchDoor } from './door.ts'
import { emptyRouter } from './empty-router.ts'
import type { HttpLoads, HttpRound } from './http-load.ts'
import type { Rate } from './rate.ts'

/** A hundred keep the server busy; with twenty it waits in between for a flush that all of them wait for. */
const loads = [
  { clients: 20, part: null },
  { clients: 100, part: 0.6 },
] as const
const rounds = 3
const roundMs = 2_000
const warmUpMs = 4_000
/** More than all clients can ask in all rounds, and what is asked of the empty mutation again and again. */
const [claims, empties] = [60_000, 2_000]

/**
 * `scan.claim` over HTTP, as gates call it, against an empty mutation of the same shape on the same
 * server, turn by turn: what a claim adds to the price of being asked at all.
 */
export async function benchRoute(print: (figure: Figure) => void): Promise<void> {
  for (const load of loads) await benchLoad(print, load)
}

async function benchLoad(
  print: (figure: Figure) => void,
  { clients, part }: (typeof loads)[number],
): Promise<void> {
  await withCentral({ guests: claims + empties, tablets: clients }, async (bench) => {
    const server = await openServer(bench)
    const asking = await openClients({
      port: (server.server.address() as AddressInfo).port,
      clients,
      loads: {
        empty: { byClient: await requestsOf(bench, '/empty', empties), repeated: true },
        claims: { byClient: await requestsOf(bench, '/trpc', claims), repeated: false },
      },
    })
    try {
      await asking.measure({ load: 'empty', ms: warmUpMs })
      await asking.measure({ load: 'claims', ms: warmUpMs })
      const [ours, empty]: [Rate[], Rate[]] = [[], []]
      for (let round = 0; round < rounds; round += 1) {
        empty.push(await asking.measure({ load: 'empty', ms: roundMs }))
        ours.push(await asking.measure({ load: 'claims', ms: roundMs }))
      }
      const rate = (rates: readonly Rate[]) => median(rates.map(({ perSecond }) => perSecond))
      const p99 = (rates: readonly Rate[]) => median(rates.map(({ p99Ms }) => p99Ms))
      const name = `scan.claim over HTTP, ${clients} clients`
      const measured = { value: rate(ours), versus: rate(empty), unit: 'claims/s' }
      print(part ? atLeastPartOf(name, { ...measured, part }) : besides(name, measured))
      print(recorded(`${name}, p99`, p99(ours), 'ms'))
      print(recorded(`empty mutation over HTTP, ${clients} clients, p99`, p99(empty), 'ms'))
    } finally {
      asking.close()
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

/** So many requests as a gate’s fetch sends them, shared out among the tablets. */
async function requestsOf(
  { central, door }: BenchCentral,
  prefix: string,
  count: number,
): Promise<string[][]> {
  const { tenant, devices } = door
  return Promise.all(
    devices.map(async (device, tablet) => {
      const pass = await issuePass(central.deps, { tenant, device })
      const own = Math.floor(count / devices.length)
      return Array.from({ length: own }, () => requestOf(prefix, pass, door, tablet))
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
async function openClients(loads: HttpLoads) {
  const child = fork(fileURLToPath(new URL('./http-load.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx'],
  })
  child.send(loads)
  await hear(child)
  return {
    async measure(round: HttpRound): Promise<Rate> {
      child.send(round)
      return (await hear(child)) as Rate
    },
    close: () => void child.kill(),
  }
}

async function hear(child: ChildProcess): Promise<unknown> {
  const ended = new AbortController()
  const failed = once(child, 'exit', { signal: ended.signal }).then(([code]) => {
    throw new Error(`The clients ended with ${code}.`)
  })
  failed.catch(() => undefined)
  try {
    return (await Promise.race([once(child, 'message'), failed]))[0]
  } finally {
    ended.abort()
  }
}
