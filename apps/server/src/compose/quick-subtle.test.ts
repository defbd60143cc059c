/**
 * Goal: quicker hashes are the same hashes, and nothing else of WebCrypto changes.
 * Method: any bytes and any view on them, against WebCrypto itself.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createQuickSubtle } from './quick-subtle.ts'

const quick = createQuickSubtle()
const { subtle } = globalThis.crypto

test('any bytes, and any part of a buffer, hash as WebCrypto hashes them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.nat(20), async (bytes, skipped) => {
      const whole = new Uint8Array(bytes)
      const part = whole.subarray(Math.min(skipped, whole.length))
      for (const data of [whole.buffer, whole, part]) {
        expect(await quick.digest('SHA-256', data)).toEqual(await subtle.digest('SHA-256', data))
      }
    }),
  )
})

test('other hashes, keys and signatures are WebCrypto’s own', async () => {
  const data = new TextEncoder().encode('eventpass')
  expect(await quick.digest({ name: 'SHA-512' }, data)).toEqual(
    await subtle.digest('SHA-512', data),
  )
  const curve = { name: 'ECDSA', namedCurve: 'P-256' }
  const { privateKey, publicKey } = await quick.generateKey(curve, false, ['sign', 'verify'])
  const ecdsa = { name: 'ECDSA', hash: 'SHA-256' }
  const signature = await quick.sign(ecdsa, privateKey, data)
  expect(await subtle.verify(ecdsa, publicKey, signature, data)).toBe(true)
})
