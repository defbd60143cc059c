import { randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import next from 'next'
import { adminPolicy } from './security-headers.ts'

// Next's types say that an ES module finds it under `default`; Node gives the function itself.
const createNext = next as unknown as typeof next.default

/**
 * Serves the organiser's app, built by Next.js, under /admin.
 *
 * The policy with its nonce goes on the request, where Next reads the nonce from,
 * and on the answer, where the browser does.
 */
export async function mountAdmin(server: FastifyInstance, dir: string): Promise<void> {
  const app = createNext({ dev: false, dir, quiet: true })
  await app.prepare()
  const handle = app.getRequestHandler()

  server.route({
    method: ['GET', 'HEAD'],
    url: '/admin',
    handler: (request, reply) => serve(request.raw, reply),
  })
  server.route({
    method: ['GET', 'HEAD'],
    url: '/admin/*',
    handler: (request, reply) => serve(request.raw, reply),
  })
  server.addHook('onClose', () => app.close())

  async function serve(
    request: Parameters<typeof handle>[0],
    reply: { hijack: () => unknown; raw: Parameters<typeof handle>[1] },
  ) {
    const policy = adminPolicy(randomBytes(16).toString('base64'))
    request.headers['content-security-policy'] = policy
    reply.hijack()
    reply.raw.setHeader('content-security-policy', policy)
    await handle(request, reply.raw)
  }
}
