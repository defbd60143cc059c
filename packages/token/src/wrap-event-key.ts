import { assert, fail, ok, type Result } from '@eventpass/domain'
import type { Bytes } from './bytes.ts'

const ecdh = { name: 'ECDH', namedCurve: 'P-256' } as const
const wrapping = { name: 'AES-KW', length: 256 } as const
const hmac = { name: 'HMAC', hash: 'SHA-256', length: 256 } as const

/** An event key on its way to one device. */
export interface WrappedEventKey {
  /** AES-KW (RFC 3394) of the 32 key bytes: 40 bytes. */
  readonly wrapped: Bytes
  /** Public point of the key pair made for this one wrapping: 65 bytes, uncompressed. */
  readonly ephemeralKey: Bytes
}

/** A device's key pair to unwrap with: the private half never leaves it. `publicKey` exports as a raw point. */
export function createUnwrapKeyPair(subtle: SubtleCrypto): Promise<CryptoKeyPair> {
  return subtle.generateKey(ecdh, false, ['deriveKey'])
}

/**
 * Wraps an event key for one device: ECDH P-256 with a fresh key pair, then AES-KW.
 *
 * `deviceKey` is the device's public point from pairing, 65 bytes uncompressed;
 * throws (WebCrypto's DataError) where it is no point of the curve.
 */
export async function wrapEventKey(
  subtle: SubtleCrypto,
  eventKey: Bytes,
  deviceKey: Bytes,
): Promise<WrappedEventKey> {
  assert(eventKey.length === 32, 'an event key has 32 bytes')
  const ephemeral = await subtle.generateKey(ecdh, false, ['deriveKey'])
  const device = await subtle.importKey('raw', deviceKey, ecdh, false, [])
  const wrapper = await subtle.deriveKey(
    { name: 'ECDH', public: device },
    ephemeral.privateKey,
    wrapping,
    false,
    ['wrapKey'],
  )
  const key = await subtle.importKey('raw', eventKey, hmac, true, ['sign'])
  return {
    wrapped: new Uint8Array(await subtle.wrapKey('raw', key, wrapper, 'AES-KW')),
    ephemeralKey: new Uint8Array(await subtle.exportKey('raw', ephemeral.publicKey)),
  }
}

/**
 * Unwraps an event key on the device into a key that cannot be exported and only
 * verifies: page script never sees its bytes and cannot mint a token.
 */
export async function unwrapEventKey(
  subtle: SubtleCrypto,
  devicePrivateKey: CryptoKey,
  { wrapped, ephemeralKey }: WrappedEventKey,
): Promise<Result<CryptoKey, { readonly kind: 'unwrap_failed' }>> {
  try {
    const ephemeral = await subtle.importKey('raw', ephemeralKey, ecdh, false, [])
    const wrapper = await subtle.deriveKey(
      { name: 'ECDH', public: ephemeral },
      devicePrivateKey,
      wrapping,
      false,
      ['unwrapKey'],
    )
    return ok(await subtle.unwrapKey('raw', wrapped, wrapper, 'AES-KW', hmac, false, ['verify']))
  } catch {
    // WebCrypto tells nothing of why, on purpose: a wrong key and altered bytes look alike.
    return fail({ kind: 'unwrap_failed' })
  }
}
