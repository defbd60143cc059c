import { type Context, databaseAway, receiveCode } from '@eventpass/api'
import { isDatabaseAway } from '@eventpass/db'
import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify'
import type { Central } from '../compose/open-central.ts'
import { readPrincipal } from './principal.ts'

/** A claim says ids and numbers; anything longer is none. */
export const claimBytesMax = 4_096

/**
 * `POST /scan/:qr` and `POST /gift/:qr`: the same claim as `scan.claim`, for clients that speak plain
 * HTTP and JSON. A device shows its pass, staff their session; what else to send is what the
 * procedures `scan.code` and `scan.staffCode` take.
 */
export async function mountCodes(server: FastifyInstance, { deps }: Central): Promise<void> {
  await server.register(async (scope) => {
    scope.addHook('onSend', async (_, reply) => void reply.header('cache-control', 'no-store'))
    scope.setErrorHandler((error: FastifyError, _, reply) => {
      if (isDatabaseAway(error)) {
        // Before the claim itself: whoever asks is known by nothing that this node has seen.
        return reply.code(503).send({ message: databaseAway.message })
      }
      if (error.code !== 'FST_ERR_CTP_BODY_TOO_LARGE') throw error
      const message = `A claim has at most ${claimBytesMax} bytes. Nothing of this was taken.`
      return reply.code(413).send({ message })
    })
    for (const what of ['scan', 'gift'] as const) {
      scope.post<{ Params: { qr: string } }>(
        `/${what}/:qr`,
        { bodyLimit: claimBytesMax },
        async (request, reply) => {
          const { qr } = request.params
          const answer = await receiveCode(await contextOf(request), what, qr, request.body)
          if (answer.error) {
            request.log.error({ err: answer.error, requestId: request.id }, 'A claim failed.')
          }
          return reply.code(answer.status).send(answer.body)
        },
      )
    }
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
