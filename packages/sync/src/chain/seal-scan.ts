import type { ScanBody, ScanHash } from '@eventpass/domain'
import { bytesFromHex, hexFromBytes } from '@eventpass/token'

/** What the first link of every chain follows: 32 zero bytes. */
export const zeroHash = '0'.repeat(64) as ScanHash

const encoder = new TextEncoder()
const linkDomain = encoder.encode('eventpass/scan/1')
const hashBytes = 32

/** One link: a scan's bytes as they were written once, and their hash. */
export interface Link {
  readonly bytes: string
  readonly hash: ScanHash
}

/** Writes a scan's bytes, which is done once: what is read, hashed and sent are these. */
export function writeScan(body: ScanBody): string {
  return JSON.stringify(body)
}

/** Writes a scan's bytes and chains them behind `prev`. */
export async function sealScan(
  subtle: SubtleCrypto,
  prev: ScanHash,
  body: ScanBody,
): Promise<Link> {
  const bytes = writeScan(body)
  return { bytes, hash: await hashLink(subtle, prev, bytes) }
}

/** `hashLink` as a ledger is given it: with its crypto. */
export type LinkHasher = (prev: ScanHash, bytes: string) => Promise<ScanHash>

export function createLinkHasher(subtle: SubtleCrypto): LinkHasher {
  return (prev, bytes) => hashLink(subtle, prev, bytes)
}

/** `SHA-256("eventpass/scan/1" ‖ prev (32 raw bytes) ‖ bytes as UTF-8)`, lower-case hex. */
export async function hashLink(
  subtle: SubtleCrypto,
  prev: ScanHash,
  bytes: string,
): Promise<ScanHash> {
  const hash = await subtle.digest('SHA-256', linkInput(prev, bytes))
  return hexFromBytes(new Uint8Array(hash)) as ScanHash
}

/** What the hash of a link covers. */
export function linkInput(prev: ScanHash, bytes: string): Uint8Array<ArrayBuffer> {
  const before = linkDomain.length + hashBytes
  // Letters of ASCII as a rule; any other UTF-16 unit makes at most three bytes of UTF-8.
  let input = new Uint8Array(before + bytes.length)
  const first = encoder.encodeInto(bytes, input.subarray(before))
  let { written } = first
  if (first.read < bytes.length) {
    input = new Uint8Array(before + 3 * bytes.length)
    written = encoder.encodeInto(bytes, input.subarray(before)).written
  }
  input.set(linkDomain)
  input.set(bytesFromHex(prev), linkDomain.length)
  return input.subarray(0, before + written)
}

/** True where the links follow `prev` and one another. */
export async function verifyChain(
  subtle: SubtleCrypto,
  prev: ScanHash,
  links: readonly Link[],
): Promise<boolean> {
  return (await findBrokenLink(subtle, prev, links)) === null
}

/** Place (from 0) of the first link that does not follow the one before it, or null. */
export async function findBrokenLink(
  subtle: SubtleCrypto,
  prev: ScanHash,
  links: readonly Link[],
): Promise<number | null> {
  let head = prev
  for (const [at, link] of links.entries()) {
    if ((await hashLink(subtle, head, link.bytes)) !== link.hash) return at
    head = link.hash
  }
  return null
}
