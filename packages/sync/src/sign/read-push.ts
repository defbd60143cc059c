import {
  fail,
  ok,
  type Result,
  type ScanBody,
  type ScanHash,
  type ScanTexts,
} from '@eventpass/domain'
import { textsMatch } from '../chain/salted-text.ts'
import { parseScanBody } from '../chain/scan-body.ts'
import { verifyChain, zeroHash } from '../chain/seal-scan.ts'
import type { PushedScan } from '../wire/push.ts'
import { verifyPushHead } from './signature.ts'

/** A push as it came through the schema, branded. */
export interface ParsedPush {
  readonly device: string
  readonly prev: ScanHash
  readonly scans: readonly PushedScan[]
  readonly headSeq: number
  readonly signature: string
}

/** One link of a push whose chain and signature hold. */
export interface ReadScan {
  /** From its place in the chain, which the signature covers: also where the body lies about it. */
  readonly seq: number
  readonly prev: ScanHash
  readonly hash: ScanHash
  readonly bytes: string
  readonly texts: ScanTexts
  /** Null where the bytes chain but are no valid scan of this device: store, quarantine, count (SY3). */
  readonly body: ScanBody | null
  /** What is wrong with it, in words, or null. */
  readonly fault: string | null
}

/**
 * Checks a push as hub and central do: signature over the head, links from `prev`
 * to it, then each body (SY3). The caller knows whether it holds `prev`.
 */
export async function readPush(
  subtle: SubtleCrypto,
  deviceKey: CryptoKey,
  push: ParsedPush,
): Promise<Result<readonly ReadScan[], { readonly kind: 'signature' | 'chain' }>> {
  const { device, headSeq, scans } = push
  const headHash = scans.at(-1)?.hash ?? push.prev
  const head = { device, headSeq, headHash }
  if (!(await verifyPushHead(subtle, deviceKey, head, push.signature))) {
    return fail({ kind: 'signature' })
  }
  const chained = await verifyChain(subtle, push.prev, scans)
  // A chain starts at number 1 behind the zero hash, and nowhere else.
  const startsChain = headSeq === scans.length
  if (!chained || headSeq < scans.length || startsChain !== (push.prev === zeroHash)) {
    return fail({ kind: 'chain' })
  }

  const firstSeq = headSeq - scans.length + 1
  const read: ReadScan[] = []
  for (const [at, scan] of scans.entries()) {
    const prev = at === 0 ? push.prev : (scans[at - 1]?.hash ?? push.prev)
    const link = readScan(device, firstSeq + at, prev, scan)
    // Few scans have texts beside them: the others are not waited for.
    read.push(hasTexts(scan) ? await withTextsMatched(subtle, link) : link)
  }
  return ok(read)
}

function readScan(
  device: string,
  seq: number,
  prev: ScanHash,
  { bytes, hash, texts }: PushedScan,
): ReadScan {
  const parsed = parseScanBody(bytes)
  const fault = parsed.ok ? misplacedBy(parsed.value, device, seq) : parsed.failure.message
  const body = parsed.ok && fault === null ? parsed.value : null
  return { seq, prev, hash, bytes, texts, body, fault }
}

function misplacedBy(body: ScanBody, device: string, seq: number): string | null {
  if (body.device !== device) return 'scan of another device'
  return body.seq === seq ? null : 'another number than its place'
}

function hasTexts({ texts: { code, answer, note } }: PushedScan): boolean {
  return code !== null || answer !== null || note !== null
}

async function withTextsMatched(subtle: SubtleCrypto, link: ReadScan): Promise<ReadScan> {
  if (!link.body || (await textsMatch(subtle, link.body.textHashes, link.texts))) return link
  return { ...link, body: null, fault: 'a text that its hash does not match' }
}
