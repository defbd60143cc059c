import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { doorPolicy } from './security-headers.ts'

/** Serves the gate under /door/. Its service worker may not reach beyond. */
export async function mountDoor(server: FastifyInstance, dir: string): Promise<void> {
  await server.register(fastifyStatic, {
    root: dir,
    prefix: '/door/',
    decorateReply: false,
    cacheControl: false,
    // The build has laid a Brotli and a gzip beside what is large.
    preCompressed: true,
    setHeaders(reply, path) {
      reply.header('content-security-policy', doorPolicy)
      // Names under assets carry their content's hash; everything else is asked for anew.
      const lasting = path.includes('/assets/')
      reply.header('cache-control', lasting ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  server.get('/door', (_, reply) => reply.redirect('/door/'))
}
