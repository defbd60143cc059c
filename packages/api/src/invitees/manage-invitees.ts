import {
  type EventId,
  fail,
  foldName,
  type InviteeNo,
  ok,
  type Result,
  type TenantId,
} from '@eventpass/domain'
import { type Actor, writeAudit } from '../audit/write-audit.ts'
import { type EventNotFound, eventNotFound } from '../events/edit-event.ts'
import type { PlatformDep } from '../platform.ts'
import type { TenancyDep } from '../tenancy/tenancy.ts'
import type { InviteeDetails } from './invitee-store.ts'

export const inviteesPerPageMax = 500

export interface InviteeNotFound {
  readonly kind: 'invitee_not_found'
  readonly message: string
}

export const inviteeNotFound = {
  kind: 'invitee_not_found',
  message: 'This event has no invitee of that number.',
} as const satisfies InviteeNotFound

/** A page of the guest list by number; with a query, of those whose name holds its words. */
export function listInvitees(
  deps: TenancyDep,
  tenant: TenantId,
  event: EventId,
  page: { readonly after: number; readonly limit: number; readonly query: string },
): Promise<Result<readonly InviteeDetails[], EventNotFound>> {
  const words = foldName(page.query)
    .split(/\s+/)
    .filter((word) => word !== '')
  return deps.tx(tenant, async (tx) =>
    (await tx.events.find(event))
      ? ok(await tx.invitees.findPage(event, { ...page, words }))
      : fail(eventNotFound),
  )
}

/** Blocks an invitee or not, and sets what staff at the door are told. Gates hear of it with their next pull. */
export function setDoor(
  deps: TenancyDep & PlatformDep,
  tenant: TenantId,
  actor: Actor,
  at: { readonly event: EventId; readonly no: InviteeNo },
  door: { readonly blocked: boolean; readonly notice: string | null },
): Promise<Result<InviteeDetails, InviteeNotFound>> {
  return deps.tx(tenant, async (tx) => {
    const before = await tx.invitees.lock(at.event, at.no)
    if (!before) return fail(inviteeNotFound)
    const after = { ...before, ...door }
    await writeAudit(deps, tx, actor, {
      action: 'invitees.door',
      event: at.event,
      subjectKind: 'invitee',
      subjectId: String(at.no),
      before,
      after,
    })
    const revision = await tx.events.raiseManifest(at.event, { frame: false, inviteesAdded: 0 })
    await tx.invitees.setDoor(at.event, at.no, door, revision)
    return ok(after)
  })
}
