import type { EventId, ListId, ManifestFrame, TenantId } from '@eventpass/domain'

/** Lists whose frames are kept; beyond that the one that was fetched longest ago goes. */
const listsMax = 200

/** The frame as one list's claims need it, of that revision of the event's. */
interface KnownFrame {
  readonly event: EventId
  readonly revision: number
  readonly frame: ManifestFrame
}

/**
 * Frames by list, so that claims need not read and parse what seldom changes.
 *
 * Each claim still asks whether its revision is the current one, in the statement that reads all else.
 */
export interface FrameCache {
  readonly get: (tenant: TenantId, list: ListId) => KnownFrame | null
  readonly set: (tenant: TenantId, list: ListId, known: KnownFrame) => void
}

export function createFrameCache(): FrameCache {
  const frames = new Map<string, KnownFrame>()
  const keyOf = (tenant: TenantId, list: ListId) => `${tenant}/${list}`
  return {
    get: (tenant, list) => frames.get(keyOf(tenant, list)) ?? null,
    set(tenant, list, known) {
      const key = keyOf(tenant, list)
      frames.delete(key)
      const oldest = frames.size < listsMax ? undefined : frames.keys().next().value
      if (oldest !== undefined) frames.delete(oldest)
      frames.set(key, known)
    },
  }
}
