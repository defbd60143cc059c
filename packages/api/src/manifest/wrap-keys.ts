import { assert, type EventId, type TenantId } from '@eventpass/domain'
import { base64urlFromBytes, bytesFromBase64url, type KeyGrant } from '@eventpass/sync'
import { deriveEventKey, wrapEventKey } from '@eventpass/token'

/** Where event keys come from: derived on demand, never stored. */
export interface KeyDeps {
  readonly subtle: SubtleCrypto
  readonly tenantKey: (tenant: TenantId) => Promise<Uint8Array<ArrayBuffer>>
}

/**
 * Wraps an event's live keys for one device's ECDH key; a retired kid travels as its number alone,
 * since its codes are refused without looking at their MAC.
 */
export async function wrapKeys(
  { subtle, tenantKey }: KeyDeps,
  of: { readonly tenant: TenantId; readonly event: EventId; readonly wrapKey: string },
  kids: readonly { readonly kid: number; readonly retired: boolean }[],
): Promise<KeyGrant[]> {
  const root = await tenantKey(of.tenant)
  const deviceKey = bytesFromBase64url(of.wrapKey)
  assert(deviceKey, 'a paired device has a key to wrap for')
  return Promise.all(
    kids.map(async ({ kid, retired }): Promise<KeyGrant> => {
      if (retired) return { kid, retired, wrapped: null, ephemeralKey: null }
      const eventKey = await deriveEventKey(subtle, root, of.tenant, of.event, kid)
      const sealed = await wrapEventKey(subtle, eventKey, deviceKey)
      return {
        kid,
        retired,
        wrapped: base64urlFromBytes(sealed.wrapped),
        ephemeralKey: base64urlFromBytes(sealed.ephemeralKey),
      }
    }),
  )
}
