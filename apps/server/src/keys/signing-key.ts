import { createECDH, hkdfSync, webcrypto } from 'node:crypto'

/** Order of P-256 (FIPS 186-5, SEC 2 §2.4.2). */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

export interface CentralSigningKey {
  readonly privateKey: CryptoKey
  /** Raw uncompressed point, 65 bytes, as devices pin it. */
  readonly publicKey: Uint8Array
}

/**
 * Derives central's P-256 signing key from the master key, so that every API node signs alike.
 *
 * 48 bytes of HKDF-SHA-256 are reduced modulo n − 1, plus 1 (FIPS 186-5 A.2.1:
 * the extra 128 bits make the bias negligible).
 */
export async function deriveSigningKey(masterKey: Uint8Array): Promise<CentralSigningKey> {
  const wide = Buffer.from(hkdfSync('sha256', masterKey, '', 'eventpass/central-sign/1', 48))
  const scalar = (BigInt(`0x${wide.toString('hex')}`) % (order - 1n)) + 1n
  const d = Buffer.from(scalar.toString(16).padStart(64, '0'), 'hex')
  const curve = createECDH('prime256v1')
  curve.setPrivateKey(d)
  const point = curve.getPublicKey()
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    d: d.toString('base64url'),
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
  }
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
  const privateKey = await webcrypto.subtle.importKey('jwk', jwk, algorithm, false, ['sign'])
  return { privateKey, publicKey: new Uint8Array(point) }
}
