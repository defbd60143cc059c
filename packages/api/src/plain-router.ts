import { TRPCError } from '@trpc/server'
import { getHTTPStatusCodeFromError } from '@trpc/server/http'
import { z } from 'zod'
import { type Context, internalMessage } from './trpc.ts'

/** What a plain HTTP route answers: a status, and a body to send as JSON. */
export interface PlainAnswer {
  readonly status: number
  readonly body: unknown
  /** What to log: something that was not the caller's fault; null otherwise. */
  readonly error: unknown
}

/**
 * Answers a call of a procedure in plain HTTP: its value with 200, or `{message}`, a sentence, with the
 * status of the refusal; of unexpected errors nothing but the request's id gets out.
 */
export async function answerPlainly(
  { requestId }: Pick<Context, 'requestId'>,
  call: () => Promise<unknown>,
): Promise<PlainAnswer> {
  try {
    return { status: 200, body: await call(), error: null }
  } catch (error) {
    if (!(error instanceof TRPCError) || error.code === 'INTERNAL_SERVER_ERROR') {
      return { status: 500, body: { message: internalMessage(requestId) }, error }
    }
    const { cause } = error
    const message = cause instanceof z.ZodError ? z.prettifyError(cause) : error.message
    return { status: getHTTPStatusCodeFromError(error), body: { message }, error: null }
  }
}
