import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { FastifyInstance, FastifyReply } from 'fastify'

/** Below this an answer fits one packet anyway. */
const bytesMin = 1_024
const gzipLevel = 6
const brotliQuality = 4

const encodings = {
  br: (bytes: Uint8Array) =>
    promisify(brotliCompress)(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: brotliQuality },
    }),
  gzip: (bytes: Uint8Array) => promisify(gzip)(bytes, { level: gzipLevel }),
} as const

/**
 * Compresses whole JSON answers of the API for callers that accept it.
 *
 * Streams go out as they are: a subscription's events must not wait for a full block, and
 * snapshots are compressed files already, of which a range must stay a range.
 */
export function compressAnswers(server: FastifyInstance): void {
  server.addHook('onSend', async (request, reply, payload) => {
    // tRPC answers with a web Response; everything else that is large comes from a file.
    if (!(payload instanceof Response) || !isWholeJson(payload)) return payload
    if (request.headers['trpc-accept'] !== undefined) return payload
    const bytes = Buffer.from(await payload.arrayBuffer())
    takeOver(reply, payload)
    reply.header('vary', 'accept-encoding')
    const encoding = encodingOf(request.headers['accept-encoding'])
    if (bytes.length < bytesMin || !encoding) return bytes
    reply.header('content-encoding', encoding)
    return encodings[encoding](bytes)
  })
}

function isWholeJson({ headers, body }: Response): boolean {
  return body !== null && headers.get('content-type')?.split(';')[0] === 'application/json'
}

/** The best that the caller names; one that it rates at 0 is refused by it. */
function encodingOf(accepted: string | undefined): keyof typeof encodings | null {
  const names = (accepted ?? '')
    .split(',')
    .map((one) => one.trim().toLowerCase())
    .filter((one) => !/;\s*q=0(\.0*)?$/.test(one))
    .map((one) => one.split(';')[0]?.trim())
  if (names.includes('br')) return 'br'
  return names.includes('gzip') ? 'gzip' : null
}

function takeOver(reply: FastifyReply, { status, headers }: Response): void {
  reply.code(status)
  for (const [name, value] of headers) if (name !== 'set-cookie') reply.header(name, value)
  const cookies = headers.getSetCookie()
  if (cookies.length > 0) reply.header('set-cookie', cookies)
}
