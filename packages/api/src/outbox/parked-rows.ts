import type { TenantId } from '@eventpass/domain'
import { type Actor, writeAudit } from '../audit/write-audit.ts'
import type { PlatformDep } from '../platform.ts'
import type { TenancyDep } from '../tenancy/tenancy.ts'
import type { ParkedRow } from './outbox-store.ts'

const parkedShownMax = 200

/** What nobody could handle and a person has to look at: the newest, each with its cause. */
export function listParked({ tx }: TenancyDep, tenant: TenantId): Promise<readonly ParkedRow[]> {
  return tx(tenant, ({ outbox }) => outbox.findParked(parkedShownMax))
}

/** Hands everything that is parked to the broker once more, as if it had just been written. */
export function retryParked(
  deps: TenancyDep & PlatformDep,
  tenant: TenantId,
  actor: Actor,
): Promise<{ readonly retried: number }> {
  return deps.tx(tenant, async (tx) => {
    const retried = await tx.outbox.retryParked()
    if (retried > 0) {
      await writeAudit(deps, tx, actor, {
        ...{ action: 'outbox.retry_parked', event: null, subjectKind: 'outbox', subjectId: tenant },
        ...{ before: null, after: { retried } },
      })
    }
    return { retried }
  })
}
