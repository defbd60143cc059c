import { randomUUID } from 'node:crypto'
import { createServer as createPlainServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { appRouter, databaseAway, toTransportError } from '@eventpass/api'
import { isDatabaseAway } from '@eventpass/db'
import cookie from '@fastify/cookie'
import { type FastifyTRPCPluginOptions, fastifyTRPCPlugin } from '@trpc/server/adapters/fastify'
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import type { Central } from '../compose/open-central.ts'
import { createCallContext } from './call-context.ts'
import { mountCodes } from './codes.ts'
import { compressAnswers } from './compress-answers.ts'
import { endConnections } from './end-connections.ts'
import { mountHealth } from './health.ts'
import { mountMetrics } from './metrics.ts'
import { commonHeaders, sheetPolicy } from './pages/security-headers.ts'
import { mountSnapshots } from './snapshots.ts'
import { nameTooLarge } from './too-large.ts'
import { mountUploads } from './uploads.ts'

/** A push of 500 scans with their texts stays far below; uploads have a route of their own. */
const bodyBytesMax = 4 * 1_024 * 1_024
const callsPerBatchMax = 10
const nothingHere =
  'There is nothing here. The door is at /door/, the organiser’s pages at /admin.\n'

export interface ServerOptions {
  readonly central: Central
  readonly log: FastifyBaseLogger
  readonly origin: string
  /** Folders of the built apps; null serves the API alone. */
  readonly pages: { readonly doorDir: string; readonly adminDir: string } | null
  /** PEM; null serves plain HTTP. */
  readonly tls: { readonly key: string; readonly cert: string } | null
  readonly demo: { readonly sheetName: string; readonly sheet: string } | null
}

/** One origin for everything: API, door, admin. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { central, log, origin, tls } = options
  const server = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: bodyBytesMax,
    genReqId: () => randomUUID(),
    routerOptions: { maxParamLength: 5_000 },
    trustProxy: false,
    serverFactory: (handler) => (tls ? overTls(tls, handler) : createPlainServer(handler)),
  })
  await server.register(cookie)
  endConnections(server)
  compressAnswers(server)
  server.addHook('onSend', async (_, reply) => {
    for (const [name, value] of Object.entries(commonHeaders)) {
      if (!reply.hasHeader(name)) reply.header(name, value)
    }
  })
  server.addHook('onRequest', async (request, reply) => {
    // Cookies are sent along from anywhere; a page of another origin must not be able to use them.
    const from = request.headers.origin
    if (request.method === 'GET' || request.method === 'HEAD' || from === undefined) return
    if (from !== origin && from !== `${tls ? 'https' : 'http'}://${request.headers.host}`) {
      reply.code(403).send({ message: `Calls from ${from} are refused. Open ${origin}.` })
    }
  })

  // Before the routes, which take over what is set when they are registered.
  nameTooLarge(server, bodyBytesMax)
  server.setNotFoundHandler((_, reply) =>
    reply.code(404).type('text/plain; charset=utf-8').send(nothingHere),
  )
  mountMetrics(server, central)
  await server.register(fastifyTRPCPlugin, {
    prefix: '/trpc',
    trpcOptions: {
      router: appRouter,
      maxBatchSize: callsPerBatchMax,
      createContext: (call) => createCallContext(central, call).catch(nameAway),
      onError({ error, path, ctx }) {
        if (error.code !== 'INTERNAL_SERVER_ERROR') return
        log.error({ err: error.cause ?? error, path, requestId: ctx?.requestId }, 'A call failed.')
      },
    } satisfies FastifyTRPCPluginOptions<typeof appRouter>['trpcOptions'],
  })
  mountHealth(server, central)
  await mountCodes(server, central)
  await mountSnapshots(server, central)
  await mountUploads(server, central)
  if (options.pages) await mountPages(server, options.pages)
  const { demo } = options
  if (demo) {
    server.get(`/demo/${demo.sheetName}`, (_, reply) =>
      reply.type('text/html').header('content-security-policy', sheetPolicy).send(demo.sheet),
    )
  }
  return server
}

/** Whoever this node has not seen yet is known by nobody while the database is away. */
function nameAway(error: unknown): never {
  throw isDatabaseAway(error) ? toTransportError(databaseAway) : error
}

async function mountPages(
  server: FastifyInstance,
  { doorDir, adminDir }: NonNullable<ServerOptions['pages']>,
): Promise<void> {
  // Only here, since Next.js takes its time to load.
  const [{ mountDoor }, { mountAdmin }] = await Promise.all([
    import('./pages/door.ts'),
    import('./pages/admin.ts'),
  ])
  await mountDoor(server, doorDir)
  await mountAdmin(server, adminDir)
  server.get('/', (_, reply) => reply.redirect('/admin'))
}

/** Fastify's types take it for another kind of server; its own code makes no difference. */
function overTls(tls: NonNullable<ServerOptions['tls']>, handler: RequestListener): Server {
  return createTlsServer({ ...tls }, handler) as unknown as Server
}
