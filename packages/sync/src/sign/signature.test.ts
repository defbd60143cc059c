import { webcrypto } from 'node:crypto'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { type Link, sealScan, zeroHash } from '../chain/seal-scan.ts'
import { deviceOf, hashOf, ownScanOf } from '../gate/fixtures.fake.ts'
import { readPush } from './read-push.ts'
import {
  createSignKeyPair,
  exportPublicKey,
  importVerifyingKey,
  openSigned,
  signContact,
  signPairing,
  signPushHead,
  signStatement,
  verifyContact,
  verifyPairing,
  verifyPushHead,
} from './signature.ts'

const subtle = webcrypto.subtle as SubtleCrypto
const noTexts = { code: null, answer: null, note: null }
const Statement = z.object({ type: z.literal('receipt'), throughSeq: z.int() })

test('[SY2] a statement is believed only under the pinned key and only as it was signed', async () => {
  const [central, other] = [await createSignKeyPair(subtle), await createSignKeyPair(subtle)]
  const signed = await signStatement(subtle, central.privateKey, {
    type: 'receipt',
    throughSeq: 4,
  })
  expect(await openSigned(subtle, central.publicKey, signed, Statement)).toEqual({
    ok: true,
    value: { type: 'receipt', throughSeq: 4 },
  })
  for (const [key, statement] of [
    [other.publicKey, signed],
    [central.publicKey, { ...signed, bytes: signed.bytes.replace('4', '5') }],
    [central.publicKey, { ...signed, signature: `${signed.signature.slice(2)}AA` }],
    [central.publicKey, { ...signed, signature: '' }],
  ] as const) {
    expect(await openSigned(subtle, key, statement, Statement)).toEqual({
      ok: false,
      failure: { kind: 'bad_signature' },
    })
  }
})

test('[SY2] a genuine statement of another type is not taken for this one', async () => {
  const central = await createSignKeyPair(subtle)
  const signed = await signStatement(subtle, central.privateKey, { type: 'grant' })
  expect(await openSigned(subtle, central.publicKey, signed, Statement)).toMatchObject({
    ok: false,
    failure: { kind: 'unreadable' },
  })
})

test('[DV1] a pairing is proven by the very key that it carries', async () => {
  const [own, other] = [await createSignKeyPair(subtle), await createSignKeyPair(subtle)]
  const claim = {
    code: 'c0de'.repeat(8),
    signKey: await exportPublicKey(subtle, own.publicKey),
    wrapKey: 'BAAA',
  }
  const proof = await signPairing(subtle, own.privateKey, claim)
  expect(await verifyPairing(subtle, { ...claim, proof })).toBe(true)
  expect(await verifyPairing(subtle, { ...claim, wrapKey: 'BAAB', proof })).toBe(false)
  expect(await verifyPairing(subtle, { ...claim, code: 'other', proof })).toBe(false)
  const stolen = { ...claim, signKey: await exportPublicKey(subtle, other.publicKey) }
  expect(await verifyPairing(subtle, { ...stolen, proof })).toBe(false)
  expect(await verifyPairing(subtle, { ...claim, signKey: 'AAAA', proof })).toBe(false)
})

test('a contact covers head and clocks, and no signature serves for two purposes', async () => {
  const { privateKey, publicKey } = await createSignKeyPair(subtle)
  const claim = {
    device: deviceOf(1),
    nonce: 'bm9uY2U',
    headSeq: 3,
    headHash: hashOf(3),
    epoch: 2,
    monoMs: 10,
    wallMs: 20,
  }
  const signature = await signContact(subtle, privateKey, claim)
  expect(await verifyContact(subtle, publicKey, { ...claim, signature })).toBe(true)
  for (const change of [
    { headSeq: 4 },
    { monoMs: 11 },
    { wallMs: 0 },
    { nonce: 'AA' },
    { epoch: 1 },
  ]) {
    expect(await verifyContact(subtle, publicKey, { ...claim, ...change, signature })).toBe(false)
  }
  const head = { device: deviceOf(1), headSeq: 3, headHash: hashOf(3) }
  expect(await verifyPushHead(subtle, publicKey, head, signature)).toBe(false)
})

test('keys that sign cannot be exported', async () => {
  const { privateKey } = await createSignKeyPair(subtle)
  await expect(subtle.exportKey('pkcs8', privateKey)).rejects.toThrow()
  expect(await importVerifyingKey(subtle, 'not a key')).toBeNull()
})

test('[SY3] a push is read whole, or refused for its signature or its chain', async () => {
  const { privateKey, publicKey } = await createSignKeyPair(subtle)
  const first = await sealScan(subtle, zeroHash, ownScanOf(1, 7).body)
  const second = await sealScan(subtle, first.hash, ownScanOf(2, 8).body)
  const head = { device: deviceOf(1), headSeq: 2, headHash: second.hash }
  const push = {
    device: head.device,
    prev: zeroHash,
    headSeq: 2,
    scans: [first, second].map((link) => ({ ...link, texts: noTexts })),
    signature: await signPushHead(subtle, privateKey, head),
  }
  const read = await readPush(subtle, publicKey, push)
  expect(read.ok && read.value.map(({ seq, prev, fault }) => [seq, prev, fault])).toEqual([
    [1, zeroHash, null],
    [2, first.hash, null],
  ])

  const other = await createSignKeyPair(subtle)
  const fault = async (key: CryptoKey, change: object) => {
    const result = await readPush(subtle, key, { ...push, ...change })
    return result.ok ? null : result.failure.kind
  }
  expect(await fault(other.publicKey, {})).toBe('signature')
  expect(await fault(publicKey, { headSeq: 3 })).toBe('signature')
  expect(await fault(publicKey, { prev: hashOf(9) })).toBe('chain')
  expect(await fault(publicKey, { scans: push.scans.toReversed() })).toBe('signature')
})

test('[SY3] a link that chains but is no valid scan keeps its place and names its fault', async () => {
  const { privateKey, publicKey } = await createSignKeyPair(subtle)
  const bodies = [
    { ...ownScanOf(1, 7).body, device: deviceOf(2) },
    { ...ownScanOf(5, 7).body },
    { ...ownScanOf(3, 7).body, verdict: 'perhaps' as 'admit' },
    ownScanOf(4, 7).body,
  ]
  const links: Link[] = []
  for (const body of bodies) {
    links.push(await sealScan(subtle, links.at(-1)?.hash ?? zeroHash, body))
  }
  const head = { device: deviceOf(1), headSeq: 4, headHash: links.at(-1)?.hash ?? zeroHash }
  const read = await readPush(subtle, publicKey, {
    ...head,
    prev: zeroHash,
    scans: links.map((link) => ({ ...link, texts: noTexts })),
    signature: await signPushHead(subtle, privateKey, head),
  })
  expect(
    read.ok && read.value.map(({ seq, body, fault }) => [seq, body === null, fault !== null]),
  ).toEqual([
    [1, true, true],
    [2, true, true],
    [3, true, true],
    [4, false, false],
  ])
})
