import { assert, type EventId, type TenantId } from '@eventpass/domain'
import { type Bytes, bytesFromAscii, bytesFromUuid, hexFromBytes, joinBytes } from './bytes.ts'

const keyBits = 256

/** One key a tenant, from the installation's master key (HKDF-SHA-256, RFC 5869, empty salt). 32 bytes. */
export function deriveTenantKey(
  subtle: SubtleCrypto,
  masterKey: Bytes,
  tenant: TenantId,
): Promise<Bytes> {
  return hkdf(
    subtle,
    masterKey,
    joinBytes(bytesFromAscii('eventpass/tenant/v1'), bytesFromUuid(tenant)),
  )
}

/**
 * One key an event and kid, from the tenant's key (HKDF-SHA-256, RFC 5869, empty
 * salt, `info = "eventpass/qr/v1" ‖ tenant ‖ event ‖ kid`). 32 bytes, which mint
 * tokens: they leave central wrapped only.
 */
export function deriveEventKey(
  subtle: SubtleCrypto,
  tenantKey: Bytes,
  tenant: TenantId,
  event: EventId,
  kid: number,
): Promise<Bytes> {
  assert(Number.isInteger(kid) && kid >= 0 && kid <= 255, 'a kid is one byte')
  const info = joinBytes(
    bytesFromAscii('eventpass/qr/v1'),
    bytesFromUuid(tenant),
    bytesFromUuid(event),
    Uint8Array.of(kid),
  )
  return hkdf(subtle, tenantKey, info)
}

/** 8 lower-case hex characters that name an event in its tokens; central keeps them unique per tenant. */
export async function eventTag(subtle: SubtleCrypto, event: EventId): Promise<string> {
  const hash = await subtle.digest('SHA-256', bytesFromUuid(event))
  return hexFromBytes(new Uint8Array(hash, 0, 4))
}

async function hkdf(subtle: SubtleCrypto, secret: Bytes, info: Bytes): Promise<Bytes> {
  assert(secret.length >= 32, 'a key to derive from has at least 32 bytes')
  const key = await subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits'])
  const algorithm = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info }
  return new Uint8Array(await subtle.deriveBits(algorithm, key, keyBits))
}
