import type { Digest } from '@eventpass/domain'
import { type Bytes, hexFromBytes } from './bytes.ts'
import { type DecodedToken, encodeToken, signedBytes, type TokenClaims } from './token.ts'

const hmac = { name: 'HMAC', hash: 'SHA-256', length: 256 } as const

/** Central's key to mint tokens with: not extractable, signs only. */
export function importSigningKey(subtle: SubtleCrypto, eventKey: Bytes): Promise<CryptoKey> {
  return subtle.importKey('raw', eventKey, hmac, false, ['sign'])
}

/** A key that reads tokens: not extractable, verifies only. Gates get theirs by `unwrapEventKey`. */
export function importVerifyKey(subtle: SubtleCrypto, eventKey: Bytes): Promise<CryptoKey> {
  return subtle.importKey('raw', eventKey, hmac, false, ['verify'])
}

/** The token's text for a ticket, signed by the event's key of that kid. */
export async function signToken(
  subtle: SubtleCrypto,
  key: CryptoKey,
  claims: TokenClaims,
): Promise<string> {
  const mac = await subtle.sign('HMAC', key, signedBytes(claims))
  return encodeToken(claims, new Uint8Array(mac))
}

/** True where the key made the token's MAC; compared in constant time by WebCrypto. */
export function verifyToken(
  subtle: SubtleCrypto,
  key: CryptoKey,
  token: DecodedToken,
): Promise<boolean> {
  return subtle.verify('HMAC', key, token.mac, token.signed)
}

/** Lookup key of a token: the first 16 bytes of SHA-256 over its 49 bytes. Says nothing of the token. */
export async function digestToken(subtle: SubtleCrypto, bytes: Bytes): Promise<Digest> {
  const hash = await subtle.digest('SHA-256', bytes)
  return hexFromBytes(new Uint8Array(hash, 0, 16)) as Digest
}
