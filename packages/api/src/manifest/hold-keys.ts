import type { EventId, TenantId } from '@eventpass/domain'
import { deriveEventKey, eventTag, type HeldKeys, importVerifyKey } from '@eventpass/token'
import type { ManifestReads } from './manifest-store.ts'
import type { KeyDeps } from './wrap-keys.ts'

/** What central tells an event's codes apart with: every key that it ever had, and which are retired. */
export async function holdKeys(
  { subtle, tenantKey }: KeyDeps,
  manifest: Pick<ManifestReads, 'findKeys'>,
  { tenant, event }: { readonly tenant: TenantId; readonly event: EventId },
): Promise<HeldKeys> {
  const root = await tenantKey(tenant)
  const keys = new Map<number, CryptoKey>()
  const retiredKids = new Set<number>()
  for (const { kid, retired } of await manifest.findKeys(event)) {
    const bytes = await deriveEventKey(subtle, root, tenant, event, kid)
    keys.set(kid, await importVerifyKey(subtle, bytes))
    if (retired) retiredKids.add(kid)
  }
  return { eventTag: await eventTag(subtle, event), otherTags: new Set(), keys, retiredKids }
}
