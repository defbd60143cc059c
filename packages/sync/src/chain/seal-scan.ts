import { fail, ok, type Result, type ScanBody, type ScanHash } from '@eventpass/domain'
import { type Bytes, bytesFromHex, hexFromBytes } from '@eventpass/token'

/** What the first link of every chain follows: 32 zero bytes. */
export const firstPrev = '0'.repeat(64) as ScanHash

const linkDomain = 'eventpass/scan/1'

/** One link: a scan's bytes as they were written once, and their hash. */
export interface Link {
  readonly bytes: string
  readonly hash: ScanHash
}

/** Writes a scan's bytes, once, and chains them behind `prev`. */
export async function sealScan(
  subtle: SubtleCrypto,
  prev: ScanHash,
  body: ScanBody,
): Promise<Link> {
  const bytes = JSON.stringify(body)
  return { bytes, hash: await hashLink(subtle, prev, bytes) }
}

/** `SHA-256("eventpass/scan/1" ‖ prev (32 raw bytes) ‖ bytes as UTF-8)`, lower-case hex. */
export async function hashLink(
  subtle: SubtleCrypto,
  prev: ScanHash,
  bytes: string,
): Promise<ScanHash> {
  const encoder = new TextEncoder()
  const input = concat(encoder.encode(linkDomain), bytesFromHex(prev), encoder.encode(bytes))
  return hexFromBytes(new Uint8Array(await subtle.digest('SHA-256', input))) as ScanHash
}

/** Checks that the links follow `prev` and one another; names the first (from 0) that does not. */
export async function verifyChain(
  subtle: SubtleCrypto,
  prev: ScanHash,
  links: readonly Link[],
): Promise<Result<{ readonly head: ScanHash }, { readonly kind: 'broken'; readonly at: number }>> {
  let head = prev
  for (const [at, link] of links.entries()) {
    if ((await hashLink(subtle, head, link.bytes)) !== link.hash)
      return fail({ kind: 'broken', at })
    head = link.hash
  }
  return ok({ head })
}

function concat(...parts: readonly Uint8Array[]): Bytes {
  const joined = new Uint8Array(parts.reduce((total, { length }) => total + length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}
