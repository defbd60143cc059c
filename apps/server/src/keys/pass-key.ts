import { hkdfSync, webcrypto } from 'node:crypto'

/** HMAC-SHA-256 key for device passes, from the master key, so that every API node reads them alike. */
export function derivePassKey(masterKey: Uint8Array): Promise<CryptoKey> {
  const bytes = hkdfSync('sha256', masterKey, '', 'eventpass/device-pass/1', 32)
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  return webcrypto.subtle.importKey('raw', bytes, algorithm, false, ['sign', 'verify'])
}
