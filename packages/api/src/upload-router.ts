import { TRPCError } from '@trpc/server'
import { getHTTPStatusCodeFromError } from '@trpc/server/http'
import { z } from 'zod'
import { createCaller } from './router.ts'
import { type Context, internalMessage } from './trpc.ts'

/** What the upload route answers: a status, and a body to send as JSON. */
export interface UploadAnswer {
  readonly status: number
  readonly body: unknown
  /** What to log: something that was not the caller's fault; null otherwise. */
  readonly error: unknown
}

/**
 * Takes a guest list in from a plain HTTP route, since JSON carries no stream.
 *
 * `bytes` is read as it arrives and never held whole. Answers `{id, findings}` to preview and
 * commit by, or `{message}`, a sentence; of unexpected errors nothing but the request's id gets out.
 */
export async function receiveUpload(
  context: Context,
  { event, fileName }: { readonly event: string; readonly fileName: string },
  bytes: AsyncIterable<Uint8Array>,
): Promise<UploadAnswer> {
  try {
    const body = await createCaller(context).invitees.upload({
      event,
      fileName,
      bytes,
    })
    return { status: 200, body, error: null }
  } catch (error) {
    if (!(error instanceof TRPCError) || error.code === 'INTERNAL_SERVER_ERROR') {
      return { status: 500, body: { message: internalMessage(context.requestId) }, error }
    }
    const { cause } = error
    const message = cause instanceof z.ZodError ? z.prettifyError(cause) : error.message
    return { status: getHTTPStatusCodeFromError(error), body: { message }, error: null }
  }
}
