import type { Claim, ClaimFacts, ClaimPlace } from '@eventpass/api'
import type {
  DeviceId,
  DeviceRole,
  EventId,
  ListId,
  ManifestFrame,
  TenantId,
} from '@eventpass/domain'

/** Of lists and of devices so many are kept; beyond that what was fetched longest ago goes. */
const [listsMax, devicesMax] = [200, 20_000]

/** The frame as one list's claims need it, of that revision of the event's. */
interface KnownFrame {
  readonly event: EventId
  readonly revision: number
  readonly frame: ManifestFrame
}

/**
 * Frames by list and roles by device, so that claims need not read and parse what seldom changes.
 *
 * Each claim still asks whether they are the current ones, in the statement that reads or writes all else.
 */
export interface PlaceCache {
  readonly frameOf: (tenant: TenantId, list: ListId) => KnownFrame | null
  readonly keepFrame: (tenant: TenantId, list: ListId, known: KnownFrame) => void
  readonly placeOf: (tenant: TenantId, claim: Claim) => ClaimPlace | null
  readonly keepRole: (tenant: TenantId, claim: Claim, facts: ClaimFacts) => void
}

export function createPlaceCache(): PlaceCache {
  const frames = createRecent<KnownFrame>(listsMax)
  const roles = createRecent<DeviceRole>(devicesMax)
  const keyOf = (tenant: TenantId, id: ListId | DeviceId) => `${tenant}/${id}`
  const frameOf: PlaceCache['frameOf'] = (tenant, list) => frames.get(keyOf(tenant, list))
  return {
    frameOf,
    keepFrame: (tenant, list, known) => frames.set(keyOf(tenant, list), known),
    placeOf(tenant, { device, list }) {
      const [known, role] = [frameOf(tenant, list), roles.get(keyOf(tenant, device))]
      return known && role && { ...known, role }
    },
    keepRole: (tenant, claim, { device }) => roles.set(keyOf(tenant, claim.device), device.role),
  }
}

function createRecent<Value>(max: number) {
  const values = new Map<string, Value>()
  return {
    get: (key: string): Value | null => values.get(key) ?? null,
    set(key: string, value: Value) {
      values.delete(key)
      const oldest = values.size < max ? undefined : values.keys().next().value
      if (oldest !== undefined) values.delete(oldest)
      values.set(key, value)
    },
  }
}
