import { type Context, receiveUpload } from '@eventpass/api'
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
        const bytes = request.body as AsyncIterable<Uint8Array>
        const { status, body, error } = await receiveUpload(
          await contextOf(request),
          { event, fileName: name },
          bytes,
        )
        if (error) request.log.error({ err: error, requestId: request.id }, 'An upload failed.')
        return reply.code(status).send(body)
      },
    )
  })

  async function contextOf(request: FastifyRequest): Promise<Context> {
    return {
      deps,
      principal: await readPrincipal(deps, request),
      requestId: request.id,
      peer: request.ip,
      setSession: () => {},
    }
  }
}
