import {
  type EventId,
  fail,
  type IncidentId,
  ok,
  type Result,
  type ScanId,
  type TenantId,
  type UserId,
} from '@eventpass/domain'
import { type Actor, writeAudit } from '../audit/write-audit.ts'
import type { PlatformDep } from '../platform.ts'
import type { TenancyDep } from '../tenancy/tenancy.ts'

export interface IncidentRefused {
  readonly kind: 'incident_not_found' | 'incident_changed' | 'wrong_state'
  readonly message: string
}

/**
 * Closes an open incident for the scans that a person has seen, with who, when and why (EN4).
 *
 * A scan that came in since keeps it open: nobody has looked at that one. Answers its event.
 */
export function resolveIncident(
  deps: TenancyDep & PlatformDep,
  by: { readonly tenant: TenantId; readonly user: UserId },
  actor: Actor,
  input: {
    readonly incident: IncidentId
    readonly seen: readonly ScanId[]
    readonly reason: string
  },
): Promise<Result<EventId, IncidentRefused>> {
  return deps.tx(by.tenant, async (tx) => {
    const before = await tx.incidents.lock(input.incident)
    if (!before) {
      return fail({
        kind: 'incident_not_found',
        message: 'There is no such incident in this account.',
      })
    }
    if (before.status !== 'open') {
      return fail({
        kind: 'wrong_state',
        message: `The incident is ${before.status} already. Look at the list again.`,
      })
    }
    const seen = new Set(input.seen)
    if (!before.scans.every((scan) => seen.has(scan))) {
      return fail({
        kind: 'incident_changed',
        message: 'Another scan came in since you looked. Look at it again, then resolve it.',
      })
    }
    const resolution = {
      by: by.user,
      atMs: deps.now(),
      reason: input.reason,
      covers: before.scans,
    }
    await tx.incidents.resolve(input.incident, resolution)
    await writeAudit(deps, tx, actor, {
      action: 'incidents.resolve',
      event: before.event,
      subjectKind: 'incident',
      subjectId: input.incident,
      before,
      after: { ...before, status: 'resolved', resolution },
    })
    return ok(before.event)
  })
}
