import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { StartFault } from '@eventpass/db'
import type { FastifyInstance } from 'fastify'
import { adminPolicy, commonHeaders } from './security-headers.ts'

/** Next.js at work: answers a page, and ends. */
interface AdminApp {
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>
  readonly close: () => Promise<void>
}

/**
 * Serves the organiser's app, built by Next.js, under /admin.
 *
 * Next is loaded when the first page of it is asked for: it takes seconds, and a gate that waits
 * for its server after a crash needs none of it. The policy with its nonce goes on the request,
 * where Next reads the nonce from, and on the answer, where the browser does.
 */
export async function mountAdmin(server: FastifyInstance, dir: string): Promise<void> {
  if (!existsSync(join(dir, '.next/BUILD_ID'))) {
    throw new StartFault(
      `The organiser's app is not built in ${dir}. Run npm start, which builds it.`,
    )
  }
  let app: Promise<AdminApp> | null = null
  const open = () => {
    app ??= openAdmin(dir).catch((error: unknown) => {
      app = null
      throw error
    })
    return app
  }
  for (const url of ['/admin', '/admin/*']) {
    server.route({
      method: ['GET', 'HEAD'],
      url,
      handler: async (request, reply) => {
        const { handle } = await open()
        const policy = adminPolicy(randomBytes(16).toString('base64'))
        request.raw.headers['content-security-policy'] = policy
        reply.hijack()
        // Fastify's own hooks do not see what Next answers.
        for (const header of Object.entries({
          ...commonHeaders,
          'content-security-policy': policy,
        })) {
          reply.raw.setHeader(...header)
        }
        await handle(request.raw, reply.raw)
      },
    })
  }
  server.addHook('onClose', async () => (await app)?.close())
}

/** What is used of Next.js. Its own types would change those of Node for whoever reaches this file. */
type CreateNext = (options: {
  readonly dev: boolean
  readonly dir: string
  readonly quiet: boolean
}) => {
  readonly prepare: () => Promise<void>
  readonly getRequestHandler: () => AdminApp['handle']
  readonly close: () => Promise<void>
}
const nextPackage: string = 'next'

async function openAdmin(dir: string): Promise<AdminApp> {
  const { default: createNext } = (await import(nextPackage)) as { readonly default: CreateNext }
  const app = createNext({ dev: false, dir, quiet: true })
  await app.prepare()
  return { handle: app.getRequestHandler(), close: () => app.close() }
}
