import { createCaller } from '@eventpass/api'
import { TRPCError } from '@trpc/server'
import { getHTTPStatusCodeFromError } from '@trpc/server/http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Central } from '../compose/open-central.ts'
import { readPrincipal } from './principal.ts'

/** The reader of sheets stops at its own, lower limit with a sentence; this one only ends a flood. */
const uploadBytesMax = 512 * 1_024 * 1_024

/**
 * Takes a guest list as a raw stream: `POST /uploads/invitees?event=…&name=guests.csv`.
 *
 * Answers what `invitees.upload` answers, so that preview and commit go on by its id.
 */
export async function mountUploads(server: FastifyInstance, { deps }: Central): Promise<void> {
  await server.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_, payload, done) => done(null, payload))
    scope.post<{ Querystring: { event?: string; name?: string } }>(
      '/uploads/invitees',
      { bodyLimit: uploadBytesMax },
      async (request, reply) => {
        const { event = '', name = 'upload' } = request.query
        try {
          return await callerOf(request).then((caller) =>
            caller.invitees.upload({
              event,
              fileName: name,
              bytes: request.body as AsyncIterable<Uint8Array>,
            }),
          )
        } catch (error) {
          if (!(error instanceof TRPCError)) throw error
          return reply.code(getHTTPStatusCodeFromError(error)).send({ message: error.message })
        }
      },
    )
  })

  async function callerOf(request: FastifyRequest) {
    return createCaller({
      deps,
      principal: await readPrincipal(deps, request),
      requestId: request.id,
      peer: request.ip,
      setSession: () => {},
    })
  }
}
