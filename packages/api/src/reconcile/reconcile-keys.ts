import {
  type DerivedIncident,
  type EventId,
  groupBy,
  type IncidentChange,
  indexContactsByDevice,
  type KeyOutcome,
  type KnownIncident,
  type ListId,
  mergeIncidents,
  reconcileKey,
  type Scan,
  type TenantId,
} from '@eventpass/domain'
import type { ClaimStore } from '../claims/claim-store.ts'
import type { GiftStore, HandOut } from '../gifts/gift-store.ts'
import { keepTold } from './keep-told.ts'
import type { AdmissionRow, DirtyKey, ReconcileStore, RulingRow } from './reconcile-store.ts'

/** How many keys one message, and so one transaction, may carry. */
export const keysPerPassMax = 1_000

export interface ReconcileStores {
  readonly reconcile: ReconcileStore
  readonly claims: ClaimStore
  readonly gifts: GiftStore
}

export interface ReconcileDeps {
  readonly tx: <T>(tenant: TenantId, work: (stores: ReconcileStores) => Promise<T>) => Promise<T>
}

/**
 * Rules over an event's dirty keys in one transaction (LG8).
 *
 * Doing it again, or in another order, writes the same rows (LG1), so messages
 * may repeat and workers may compete. A list that is no longer there rules nothing.
 */
export function reconcileKeys(
  { tx }: ReconcileDeps,
  tenant: TenantId,
  event: EventId,
  keys: readonly DirtyKey[],
): Promise<void> {
  return tx(tenant, (stores) => ruleKeys(stores, event, keys))
}

/** The same within a transaction that is open already and holds no lock that another waits for (LG8). */
export async function ruleKeys(
  { reconcile, claims, gifts }: ReconcileStores,
  event: EventId,
  keys: readonly DirtyKey[],
): Promise<void> {
  const distinct = [...new Map(keys.map((key) => [nameOf(key), key])).values()]
  const ordered = distinct.sort((a, b) =>
    a.list < b.list ? -1 : a.list > b.list ? 1 : a.invitee - b.invitee,
  )
  await reconcile.lockKeys(event, ordered)
  await claims.settleKeys(event, ordered)
  const outcomes = await ruleAll(reconcile, event, ordered)
  const known = groupIncidents(await reconcile.findIncidents(event, ordered))
  const changes = outcomes.flatMap(({ key, scans, outcome }) => {
    const ofKey = known.get(nameOf(key)) ?? []
    return mergeIncidents(ofKey, keepTold(ofKey, scans, outcome))
  })
  await reconcile.saveAdmissions(event, outcomes.map(toAdmission))
  await reconcile.saveIncidents(event, changes)
  for (const { device, scans } of contradictions(outcomes)) {
    await reconcile.raise(event, { key: `clock/${device}`, kind: 'clock', device, scans })
  }
  await gifts.saveHandOuts(event, outcomes.flatMap(toHandOuts))
  await reconcile.saveRulings(event, outcomes.flatMap(toRulings))
  await reconcile.saveIncidents(event, await overStock(gifts, event, outcomes))
}

interface Ruled {
  readonly key: DirtyKey
  /** The list where it gives a gift, else null. */
  readonly gift: ListId | null
  readonly scans: readonly Scan[]
  readonly outcome: KeyOutcome
}

async function ruleAll(
  store: ReconcileStore,
  event: EventId,
  keys: readonly DirtyKey[],
): Promise<readonly Ruled[]> {
  const { lists, timeZone } = await store.readLists(event)
  const listsById = new Map(lists.map((list) => [list.id, list]))
  const scans = groupBy(await store.findScans(event, keys), ({ key }) => nameOf(key))
  const devices = new Set([...scans.values()].flat().map(({ scan }) => scan.body.device))
  const contacts = indexContactsByDevice(await store.findContacts([...devices]))
  const invitees = [...new Set(keys.map(({ invitee }) => invitee))]
  const tickets = groupBy(await store.findTickets(event, invitees), ({ invitee }) => invitee)
  return keys.flatMap((key) => {
    const list = listsById.get(key.list)
    if (!list) return []
    const own = (scans.get(nameOf(key)) ?? []).map(({ scan }) => scan)
    const facts = (tickets.get(key.invitee) ?? []).map(({ ticket }) => ticket)
    const { invitee } = key
    const outcome = reconcileKey({ list, invitee, timeZone, scans: own, contacts, tickets: facts })
    return [{ key, gift: list.gives === 'gift' ? list.id : null, scans: own, outcome }]
  })
}

function toAdmission({ key, outcome }: Ruled): AdmissionRow {
  const first = outcome.slots[0]?.entries[0]
  return {
    key,
    inside: outcome.inside,
    people: outcome.people,
    // 0 where nothing bounds it yet: somebody was admitted, nobody can say when.
    firstMs: first ? (finite(first.atMs) ?? 0) : null,
  }
}

function toRulings({ key, scans, outcome }: Ruled): readonly RulingRow[] {
  return scans.flatMap(({ body: { id }, hash }): readonly RulingRow[] => {
    const ruling = outcome.rulings.get(id)
    const time = outcome.estimates.get(id)
    if (!ruling || !time) return []
    const { estimateMs, loMs, hiMs } = time
    return [
      {
        key,
        id,
        hash,
        ruling,
        // Without a contact after it a scan has no latest time yet; its earliest is what can be shown.
        estimateMs: finite(estimateMs) ?? finite(loMs) ?? 0,
        loMs: finite(loMs),
        hiMs: finite(hiMs),
        quarantined: time.quarantined,
      },
    ]
  })
}

/** Every hand-out that was ruled on: superseded ones were given away as well. */
function toHandOuts(ruled: Ruled): readonly HandOut[] {
  if (ruled.gift === null) return []
  const { gift, key, scans } = ruled
  const devices = new Map(scans.map(({ body }) => [body.id, body.device]))
  return toRulings(ruled).flatMap(({ id, ruling, estimateMs: atMs }) => {
    const device = devices.get(id)
    const voided = ruling.kind === 'voided'
    return device ? [{ scan: id, gift, invitee: key.invitee, device, atMs, voided }] : []
  })
}

/**
 * Gifts that were handed out beyond their stock (CL5): one incident a gift, naming what came after it
 * was gone. Read behind the revision line, so that of two workers the second sees both.
 */
async function overStock(
  gifts: GiftStore,
  event: EventId,
  outcomes: readonly Ruled[],
): Promise<readonly IncidentChange[]> {
  const touched = [...new Set(outcomes.flatMap(({ gift }) => gift ?? []))]
  const found = await gifts.findOverStock(event, touched)
  return found.flatMap(({ gift, beyond, known }) => {
    const derived: DerivedIncident = {
      ...{ key: `over_stock/${gift}`, kind: 'over_stock', list: gift, invitee: null, device: null },
      ...{ scans: beyond, orderUncertain: false },
    }
    return mergeIncidents(known ? [known] : [], beyond.length > 0 ? [derived] : [])
  })
}

/** TM4: scans whose clocks contradict their contacts, by device. */
function contradictions(outcomes: readonly Ruled[]) {
  const scans = outcomes.flatMap(({ scans, outcome }) =>
    scans.filter(({ body }) => outcome.estimates.get(body.id)?.contradictory),
  )
  return [...groupBy(scans, ({ body }) => body.device)].map(([device, own]) => ({
    device,
    scans: own.map(({ body }) => body.id),
  }))
}

function finite(ms: number): number | null {
  return Number.isFinite(ms) ? ms : null
}

function groupIncidents(known: readonly KnownIncident[]): Map<string, KnownIncident[]> {
  return groupBy(known, ({ list, invitee }) => `${list}/${invitee}`)
}

function nameOf({ list, invitee }: DirtyKey): string {
  return `${list}/${invitee}`
}
