import type { CheckInList, DeviceId, EventId, ListId, ScanId } from '@eventpass/domain'
import type { Claimed } from '../claims/accept-claim.ts'
import type { DirtyKey } from '../reconcile/reconcile-store.ts'
import type { TenantTx } from '../tenancy/tenancy.ts'

/** Somebody who was told `provisional`, and of whom was decided otherwise later. */
export interface Loser {
  readonly event: EventId
  readonly list: ListId
  readonly device: DeviceId | null
  readonly op: ScanId
  /** What was decided; null where it could not even be asked (device revoked, op reused). */
  readonly claimed: Claimed | null
}

/**
 * Names losers in incidents (CL4), since whoever stands at the gate may have let the person in.
 *
 * Their keys are locked as reconcile locks them, and ruled again afterwards: it merges this with what
 * the scans tell, before and after they come (`keepTold`).
 */
export async function raiseLosers(tx: RaisingTx, losers: readonly Loser[]): Promise<void> {
  for (const [event, ofEvent] of groupByEvent(losers)) {
    const keys = new Map<string, DirtyKey>()
    for (const loser of ofEvent) {
      const about = keyOf(loser)
      if (about) keys.set(`${about.list}/${about.invitee}`, about)
    }
    const dirty = [...keys.values()]
    if (dirty.length > 0) await tx.reconcile.lockKeys(event, dirty)
    const { lists } = await tx.reconcile.readLists(event)
    for (const loser of ofEvent) await raiseLoser(tx, lists, loser)
    if (dirty.length > 0) await tx.ledger.enqueueDirty(event, dirty)
  }
}

type RaisingTx = Pick<TenantTx, 'reconcile' | 'ledger'>

function groupByEvent(losers: readonly Loser[]): ReadonlyMap<EventId, readonly Loser[]> {
  const groups = new Map<EventId, Loser[]>()
  for (const loser of losers) groups.set(loser.event, [...(groups.get(loser.event) ?? []), loser])
  return groups
}

/** Whom it is about; null where nothing was decided of anybody. */
function keyOf({ claimed, list }: Loser): DirtyKey | null {
  const invitee = claimed && claimed.outcome !== 'ask_hub' ? claimed.ticket?.invitee : null
  return invitee === null || invitee === undefined ? null : { list, invitee }
}

async function raiseLoser(
  { reconcile }: RaisingTx,
  lists: readonly CheckInList[],
  loser: Loser,
): Promise<void> {
  const { event, list, device, op, claimed } = loser
  const about = keyOf(loser) ?? undefined
  if (claimed?.outcome === 'taken' && about) {
    const { gives, counting } = lists.find(({ id }) => id === list) ?? {}
    const kind = gives === 'gift' ? 'double_gift' : 'double_admission'
    const winner = claimed.by.scan
    const slot = counting === 'once' ? 'once' : winner
    const key = `${kind}/${list}/${about.invitee}/${slot}`
    await reconcile.raise(event, { key, kind, device: null, scans: [winner, op], about })
  } else {
    const key = `provisional_refused/${op}`
    const kind = 'provisional_refused'
    await reconcile.raise(event, { key, kind, device, scans: [op], about })
  }
}
