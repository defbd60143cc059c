import { TRPCError } from '@trpc/server'
import { getHTTPStatusCodeFromError } from '@trpc/server/http'
import { z } from 'zod'
import { createCaller } from './router.ts'
import type { Context } from './trpc.ts'

/** What the upload route answers: a status, and a body to send as JSON. */
export interface UploadAnswer {
  readonly status: number
  readonly body: unknown
}

/**
 * Takes a guest list in, for `POST /api/uploads?event=…&fileName=…` with the file as its body.
 *
 * The body is read as a stream and never held whole. Answers `{id, findings}` to preview and commit
 * by, or `{message, failure}`. An unexpected error is thrown on, for the server's own handler.
 */
export async function receiveUpload(
  context: Context,
  query: { readonly event: unknown; readonly fileName: unknown },
  bytes: AsyncIterable<Uint8Array>,
): Promise<UploadAnswer> {
  const { event, fileName } = query
  try {
    const staged = await createCaller(context).invitees.upload({
      event: String(event),
      fileName: String(fileName ?? 'upload'),
      bytes,
    })
    return { status: 200, body: staged }
  } catch (error) {
    if (!(error instanceof TRPCError) || error.code === 'INTERNAL_SERVER_ERROR') throw error
    const message = error.cause instanceof z.ZodError ? z.prettifyError(error.cause) : error.message
    return {
      status: getHTTPStatusCodeFromError(error),
      body: { message, failure: error.cause?.message },
    }
  }
}
