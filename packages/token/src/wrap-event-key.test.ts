import { webcrypto } from 'node:crypto'
import type { TicketId } from '@eventpass/domain'
import { expect, test } from 'vitest'
import { type Bytes, bytesFromHex } from './bytes.ts'
import { importSigningKey, importVerifyKey, signToken, verifyToken } from './sign-token.ts'
import { event, goldenToken, masterKey, tenant } from './testing.ts'
import { decodeToken } from './token.ts'
import { createUnwrapKeyPair, unwrapEventKey, wrapEventKey } from './wrap-event-key.ts'

const subtle = webcrypto.subtle as SubtleCrypto
const golden = goldenToken(masterKey, {
  tenant,
  event,
  kid: 4,
  ticketId: 'a0a1a2a3a4a5a6a7a8a9aaab' as TicketId,
})
const eventKey = bytesFromHex(golden.eventKey)

async function newDevice(): Promise<{ privateKey: CryptoKey; publicKey: Bytes }> {
  const { privateKey, publicKey } = await createUnwrapKeyPair(subtle)
  return { privateKey, publicKey: new Uint8Array(await subtle.exportKey('raw', publicKey)) }
}

async function decodedGolden() {
  const decoded = decodeToken(golden.token)
  if (!decoded.ok) throw new Error(decoded.failure.kind)
  return decoded.value
}

test('the device that a key was wrapped for reads tokens with it', async () => {
  const device = await newDevice()
  const grant = await wrapEventKey(subtle, eventKey, device.publicKey)
  expect([grant.wrapped.length, grant.ephemeralKey.length]).toEqual([40, 65])

  const unwrapped = await unwrapEventKey(subtle, device.privateKey, grant)
  if (!unwrapped.ok) throw new Error(unwrapped.failure.kind)
  expect(await verifyToken(subtle, unwrapped.value, await decodedGolden())).toBe(true)
})

test('an unwrapped key is not extractable, verifies only, and its device key cannot be exported', async () => {
  const device = await newDevice()
  const grant = await wrapEventKey(subtle, eventKey, device.publicKey)
  const unwrapped = await unwrapEventKey(subtle, device.privateKey, grant)
  if (!unwrapped.ok) throw new Error(unwrapped.failure.kind)

  expect(unwrapped.value).toMatchObject({ extractable: false, usages: ['verify'] })
  await expect(subtle.exportKey('raw', unwrapped.value)).rejects.toThrow()
  await expect(signToken(subtle, unwrapped.value, golden)).rejects.toThrow()
  await expect(subtle.exportKey('pkcs8', device.privateKey)).rejects.toThrow()
})

test('another device, altered bytes and a point off the curve unwrap nothing', async () => {
  const device = await newDevice()
  const stranger = await newDevice()
  const grant = await wrapEventKey(subtle, eventKey, device.publicKey)
  const altered = {
    ...grant,
    wrapped: grant.wrapped.map((byte, at) => (at === 9 ? byte ^ 1 : byte)),
  }
  const offCurve = { ...grant, ephemeralKey: grant.ephemeralKey.fill(7, 1) }
  const failed = { ok: false, failure: { kind: 'unwrap_failed' } }

  expect(await unwrapEventKey(subtle, stranger.privateKey, grant)).toEqual(failed)
  expect(await unwrapEventKey(subtle, device.privateKey, altered)).toEqual(failed)
  expect(await unwrapEventKey(subtle, device.privateKey, offCurve)).toEqual(failed)
})

test('two wrappings of one key for one device share nothing', async () => {
  const device = await newDevice()
  const [first, second] = await Promise.all([
    wrapEventKey(subtle, eventKey, device.publicKey),
    wrapEventKey(subtle, eventKey, device.publicKey),
  ])
  expect(first.wrapped).not.toEqual(second.wrapped)
  expect(first.ephemeralKey).not.toEqual(second.ephemeralKey)
})

test('the keys of central do one thing each', async () => {
  const signing = await importSigningKey(subtle, eventKey)
  const verifying = await importVerifyKey(subtle, eventKey)
  expect(signing).toMatchObject({ extractable: false, usages: ['sign'] })
  expect(verifying).toMatchObject({ extractable: false, usages: ['verify'] })
  expect(await signToken(subtle, signing, golden)).toBe(golden.token)
})
