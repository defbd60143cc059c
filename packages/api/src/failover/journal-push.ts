import { fail, type Result, type TenantId } from '@eventpass/domain'
import type { PushOutput } from '@eventpass/sync'
import type { ClaimRefused } from '../claims/accept-claim.ts'
import { acceptPush, type Push, type PushDeps, type UnknownDevice } from '../ledger/accept-push.ts'
import { type AwayRefused, type FailoverDep, notKnownWhileAway, toProvisional } from './failover.ts'
import type { JournaledWork } from './journaled-work.ts'

/**
 * `acceptPush`, or its journal entry while the database is away (CL4).
 *
 * A journal issues no receipt, so the device keeps what it pushed. Chain and signature are verified
 * at the replay, by the key that the database holds.
 */
export async function pushOrJournal(
  deps: PushDeps & FailoverDep & { readonly now: () => number },
  tenant: TenantId,
  push: Push,
): Promise<Result<PushOutput, UnknownDevice | ClaimRefused | AwayRefused>> {
  const { failover } = deps
  if (!failover) return acceptPush(deps, tenant, push)
  const tried = await failover.watch.attempt(() => acceptPush(deps, tenant, push))
  if (tried.done) return tried.value
  if (!(await failover.callers.findDevice(tenant, push.device))) return fail(notKnownWhileAway)
  const { device, prev, scans, headSeq, signature } = push
  const work: JournaledWork = {
    kind: 'push',
    push: { device, prev, scans: [...scans], headSeq, signature },
  }
  // Signed anew it is the same push: a device that goes on trying fills no journal.
  const head = scans.at(-1)?.hash ?? prev
  const appended = await failover.journal.append({
    ...{ tenant, key: `push/${device}/${prev}/${head}`, askedHash: head, atMs: deps.now() },
    work: JSON.stringify(work),
  })
  return toProvisional(appended)
}
