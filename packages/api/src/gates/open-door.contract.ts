import type { Digest, ListId } from '@eventpass/domain'
import { reconcileKeys } from '../reconcile/reconcile-keys.ts'
import { openEvent, openTenant, type World } from '../tenancy/world.contract.ts'
import { pairDevice } from './test-device.contract.ts'

/** What the contract of sync needs beyond a world: tickets that exist, and dirty keys that were written. */
export interface SyncWorld extends World {
  /** Adds this many valid tickets in one commit; answers their digests, invitees numbered on. */
  readonly addTickets: (tenant: string, event: string, count: number) => Promise<readonly Digest[]>
  /** Takes the outbox's messages of this tenant, each as the worker would get it. */
  readonly takeDirty: (tenant: string) => Promise<readonly Parameters<typeof reconcileKeys>[3][]>
  /** As if a device's contacts had been so much earlier. */
  readonly ageContacts: (tenant: string, device: string, ms: number) => Promise<void>
  /** Every text that lies beside a scan of this tenant. */
  readonly findTexts: (
    tenant: string,
  ) => Promise<readonly { readonly hash: string; readonly field: string; readonly text: string }[]>
  /** Ops that were told `accepted`, oldest first. */
  readonly readClaims: (tenant: string, event: string) => Promise<readonly StoredClaim[]>
  /** Hands the granting of an event's claims to a hub, or back to central, under the next number. */
  readonly giveAuthority: (tenant: string, event: string, hub: string | null) => Promise<void>
}

export interface StoredClaim {
  readonly device: string
  readonly op: string
  readonly list: string
  readonly invitee: number
  readonly authority: number
  /** Null of a gift. */
  readonly slot: number | null
  readonly settled: boolean
  readonly voidedBy: string | null
}

/** An event with valid tickets and a paired tablet at its one gate. */
export async function openDoorIn(world: SyncWorld, tickets: number) {
  const owner = await openTenant(world)
  const event = await openEvent(owner)
  const [list, gate] = [event.lists[0], event.gates[0]]
  if (!list || !gate) throw new Error('A new event has a list and a gate.')
  const place = { event: event.id, list: list.id, gate: gate.id }
  const device = await pairDevice(world, owner, place)
  const { tenant } = device.grant
  const digests = await world.addTickets(tenant, event.id, tickets)
  return {
    ...{ world, owner, event, place, tenant, device, digests },
    /** Another tablet, at this list or at another. */
    pair: (at: { readonly list?: ListId } = {}) => pairDevice(world, owner, { ...place, ...at }),
    reconcile: async () => {
      for (const keys of await world.takeDirty(tenant)) {
        await reconcileKeys(world.deps, tenant, event.id, keys)
      }
    },
    incidents: async () => (await owner.call()).incidents.list({ event: event.id }),
    counts: async () => (await owner.call()).events.counts({ event: event.id }),
  }
}

export type Door = Awaited<ReturnType<typeof openDoorIn>>

export function digestAt(digests: readonly Digest[], at: number): Digest {
  const digest = digests[at]
  if (!digest) throw new Error(`There is no ticket ${at}.`)
  return digest
}
