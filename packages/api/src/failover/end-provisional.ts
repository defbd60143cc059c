import type { DeviceId, EventId, ListId, ScanId } from '@eventpass/domain'
import type { Claimed } from '../claims/accept-claim.ts'
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
 * Names a loser in an incident (CL4), since whoever stands at the gate may have let the person in.
 *
 * The key is locked as reconcile locks it, and ruled again afterwards: it merges this with what the
 * scans tell, before and after they come (`keepTold`).
 */
export async function raiseLoser(
  { reconcile, ledger }: Pick<TenantTx, 'reconcile' | 'ledger'>,
  { event, list, device, op, claimed }: Loser,
): Promise<void> {
  const decided = claimed && claimed.outcome !== 'ask_hub' ? claimed : null
  const invitee = decided?.ticket?.invitee ?? null
  const about = invitee === null ? undefined : { list, invitee }
  if (about) await reconcile.lockKeys(event, [about])
  if (decided?.outcome === 'taken' && about) {
    const { lists } = await reconcile.readLists(event)
    const { gives, counting } = lists.find(({ id }) => id === list) ?? {}
    const kind = gives === 'gift' ? 'double_gift' : 'double_admission'
    const winner = decided.by.scan
    const slot = counting === 'once' ? 'once' : winner
    const key = `${kind}/${list}/${invitee}/${slot}`
    await reconcile.raise(event, { key, kind, device: null, scans: [winner, op], about })
  } else {
    const key = `provisional_refused/${op}`
    const kind = 'provisional_refused'
    await reconcile.raise(event, { key, kind, device, scans: [op], about })
  }
  if (about) await ledger.enqueueDirty(event, [about])
}
