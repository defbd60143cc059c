import { answerPlainly, type PlainAnswer } from './plain-router.ts'
import { createCaller } from './router.ts'
import type { Context } from './trpc.ts'

/**
 * Takes a guest list in from a plain HTTP route, since JSON carries no stream.
 *
 * `bytes` is read as it arrives and never held whole. Answers `{id, findings}` to preview and commit by.
 */
export function receiveUpload(
  context: Context,
  { event, fileName }: { readonly event: string; readonly fileName: string },
  bytes: AsyncIterable<Uint8Array>,
): Promise<PlainAnswer> {
  return answerPlainly(context, () =>
    createCaller(context).invitees.upload({ event, fileName, bytes }),
  )
}
