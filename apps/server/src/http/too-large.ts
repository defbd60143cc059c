import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc'
import type { FastifyError, FastifyInstance } from 'fastify'

/**
 * Answers a body over the limit as tRPC answers its own errors, so that a client hears a name and a
 * sentence. Fastify refuses it before tRPC sees the call.
 */
export function nameTooLarge(server: FastifyInstance, bytesMax: number): void {
  server.setErrorHandler((error: FastifyError, _, reply) => {
    if (error.code !== 'FST_ERR_CTP_BODY_TOO_LARGE') throw error
    const code = 'PAYLOAD_TOO_LARGE'
    return reply.code(413).send({
      error: {
        message: `A call may have ${bytesMax / 1_048_576} MiB. Send less at once; nothing of this was taken.`,
        code: TRPC_ERROR_CODES_BY_KEY[code],
        data: { code, httpStatus: 413, failure: 'body_too_large' },
      },
    })
  })
}
