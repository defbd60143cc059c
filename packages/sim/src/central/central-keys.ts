import type { NodeDep } from '@eventpass/api'
import { createSignKeyPair, exportPublicKey } from '@eventpass/sync'

/** Central's own keys: what it signs statements with, and what makes device passes. */
export async function createKeys(
  subtle: SubtleCrypto,
  random: (count: number) => Uint8Array<ArrayBuffer>,
): Promise<Pick<NodeDep, 'centralKey' | 'centralPoint' | 'passKey'>> {
  const pair = await createSignKeyPair(subtle)
  const hmac = { name: 'HMAC', hash: 'SHA-256' }
  return {
    centralKey: pair.privateKey,
    centralPoint: await exportPublicKey(subtle, pair.publicKey),
    passKey: await subtle.importKey('raw', random(32), hmac, false, ['sign', 'verify']),
  }
}
