import { unwrapEventKey } from '@eventpass/token'
import type { Device } from '../gate/device.ts'
import type { GateDeps } from '../gate/gate-deps.ts'
import type { HeldKey, KeyRing } from '../gate/stores.ts'
import { bytesFromBase64url } from '../wire/base64url.ts'
import type { KeyGrant } from '../wire/pairing.ts'

/**
 * Unwraps the keys of a grant into non-extractable, verify-only ones. A key that
 * cannot be unwrapped is left out: its codes are refused as `sync_needed`.
 */
export async function unwrapKeys(
  subtle: SubtleCrypto,
  wrap: KeyRing['wrap'],
  grants: readonly KeyGrant[],
): Promise<readonly HeldKey[]> {
  const held: HeldKey[] = []
  for (const { kid, retired, wrapped, ephemeralKey } of grants) {
    const bytes = wrapped === null ? null : bytesFromBase64url(wrapped)
    const ephemeral = ephemeralKey === null ? null : bytesFromBase64url(ephemeralKey)
    if (retired || !wrap || !bytes || !ephemeral) {
      if (retired) held.push({ kid, retired, key: null })
      continue
    }
    const wrappedKey = { wrapped: bytes, ephemeralKey: ephemeral }
    const key = await unwrapEventKey(subtle, wrap.privateKey, wrappedKey)
    if (key.ok) held.push({ kid, retired, key: key.value })
  }
  return held
}

/** Takes over the event's keys as they stand now, where the ring does not hold them yet. */
export async function takeKeys(
  deps: GateDeps,
  device: Device,
  grants: readonly KeyGrant[],
): Promise<void> {
  const { ring } = device
  if (ring === null || holdsAll(ring.eventKeys, grants)) return
  const next = { ...ring, eventKeys: await unwrapKeys(deps.subtle, ring.wrap, grants) }
  await deps.keys.write(device.name, next)
  device.ring = next
}

/** By kid: every wrapping of one key is another text, and a kid never changes its key. */
function holdsAll(held: readonly HeldKey[], grants: readonly KeyGrant[]): boolean {
  const heldByKid = new Map(held.map((one) => [one.kid, one]))
  return (
    held.length === grants.length &&
    grants.every(({ kid, retired }) => {
      const one = heldByKid.get(kid)
      return one?.retired === retired && (retired || one.key !== null)
    })
  )
}
