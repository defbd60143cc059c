/**
 * Goal: a chain is what it was written as, byte for byte, or it is refused.
 * Method: a golden link computed by another route, then any single change to generated chains.
 */
import { createHash, webcrypto } from 'node:crypto'
import type { ScanHash } from '@eventpass/domain'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ownScanOf } from '../gate/fixtures.fake.ts'
import { hashText, saltText, textsMatch } from './salted-text.ts'
import { parseScanBody } from './scan-body.ts'
import {
  findBrokenLink,
  hashLink,
  type Link,
  sealScan,
  verifyChain,
  zeroHash,
} from './seal-scan.ts'

const subtle = webcrypto.subtle as SubtleCrypto
const body = ownScanOf(1, 7).body

test('[SY3] a link is SHA-256 of the domain, 32 raw bytes of prev and the bytes', async () => {
  const { bytes, hash } = await sealScan(subtle, zeroHash, body)
  const expected = createHash('sha256')
    .update('eventpass/scan/1')
    .update(Buffer.alloc(32))
    .update(bytes, 'utf8')
    .digest('hex')
  expect(hash).toBe(expected)
  expect(parseScanBody(bytes)).toEqual({ ok: true, value: body })
})

test('[SY3] letters beyond ASCII are hashed as UTF-8, however many bytes they take', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (text) => {
      const expected = createHash('sha256')
        .update('eventpass/scan/1')
        .update(Buffer.alloc(32))
        .update(text, 'utf8')
        .digest('hex')
      expect(await hashLink(subtle, zeroHash, text)).toBe(expected)
    }),
  )
})

test('[SY3] any change, gap or swap in a chain is found at its place', async () => {
  const chain = await chainOf(6)
  expect(await verifyChain(subtle, zeroHash, chain)).toBe(true)
  await fc.assert(
    fc.asyncProperty(
      fc.nat(5),
      fc.constantFrom('bytes', 'hash', 'drop', 'swap'),
      async (at, how) => {
        fc.pre(!(how === 'drop' && at === 5) && !(how === 'swap' && at === 0))
        const links = broken(chain, at, how)
        expect(await verifyChain(subtle, zeroHash, links)).toBe(false)
        const place = how === 'swap' ? at - 1 : at
        expect(await findBrokenLink(subtle, zeroHash, links)).toBe(place)
      },
    ),
    { numRuns: 60 },
  )
})

test('[SY3] a text beside a scan must be the one that was hashed; an erased one is no fault', async () => {
  const code = saltText(webcrypto.getRandomValues(new Uint8Array(16)), 'jemand@beispiel.example ü')
  const hashes = { code: await hashText(subtle, code), answer: null, note: null }
  const texts = { code, answer: null, note: null }
  expect(await textsMatch(subtle, hashes, texts)).toBe(true)
  expect(await textsMatch(subtle, hashes, { ...texts, code: null })).toBe(true)
  expect(await textsMatch(subtle, hashes, { ...texts, code: { ...code, text: 'x' } })).toBe(false)
  expect(await textsMatch(subtle, hashes, { ...texts, note: code })).toBe(false)
  expect(await textsMatch(subtle, hashes, { ...texts, code: { ...code, salt: 'zz' } })).toBe(false)
})

test('[SY3] bytes that are no scan are named, whatever they are', () => {
  const changed = (change: object) => parseScanBody(JSON.stringify({ ...body, ...change }))
  expect(changed({}).ok).toBe(true)
  for (const change of [
    { v: 2 },
    { seq: 0 },
    { seq: 1.5 },
    { name: 'Jane' },
    { digest: 'short' },
    { reason: 'because' },
    { monoMs: -1 },
    { list: 'no uuid' },
    { textHashes: {} },
  ]) {
    expect(changed(change)).toMatchObject({ ok: false, failure: { kind: 'invalid_scan' } })
  }
  fc.assert(fc.property(fc.string(), (text) => !parseScanBody(text).ok))
  expect(parseScanBody(`"${'x'.repeat(5_000)}"`).ok).toBe(false)
})

async function chainOf(length: number): Promise<readonly Link[]> {
  const links: Link[] = []
  for (let seq = 1; seq <= length; seq += 1) {
    links.push(await sealScan(subtle, links.at(-1)?.hash ?? zeroHash, ownScanOf(seq, seq).body))
  }
  return links
}

function broken(chain: readonly Link[], at: number, how: string): readonly Link[] {
  const links = [...chain]
  const [before, link] = [links[at - 1], links[at]]
  if (!link) return links
  if (how === 'bytes') links[at] = { ...link, bytes: link.bytes.replace('"entry"', '"exit"') }
  if (how === 'hash') links[at] = { ...link, hash: 'f'.repeat(64) as ScanHash }
  if (how === 'drop') links.splice(at, 1)
  if (how === 'swap' && before) links.splice(at - 1, 2, link, before)
  return links
}
