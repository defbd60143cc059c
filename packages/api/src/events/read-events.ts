import { type EventId, fail, ok, type Result, type TenantId } from '@eventpass/domain'
import type { TenancyDep } from '../tenancy/tenancy.ts'
import { type EventNotFound, eventNotFound } from './edit-event.ts'
import type { EventCounts, EventDetails, EventFrame } from './event-store.ts'

const eventsPerPageMax = 500

/** The newest events of the account. */
export function listEvents(deps: TenancyDep, tenant: TenantId): Promise<readonly EventDetails[]> {
  return deps.tx(tenant, (tx) => tx.events.findRecent(eventsPerPageMax))
}

export function getEvent(
  deps: TenancyDep,
  tenant: TenantId,
  id: EventId,
): Promise<Result<EventDetails & EventFrame, EventNotFound>> {
  return deps.tx(tenant, async (tx) => {
    const event = await tx.events.find(id)
    return event ? ok({ ...event, ...(await tx.events.readFrame(id)) }) : fail(eventNotFound)
  })
}

/** What the dashboard shows; cheap enough to ask every second. */
export function countEvent(
  deps: TenancyDep,
  tenant: TenantId,
  id: EventId,
): Promise<Result<EventCounts, EventNotFound>> {
  return deps.tx(tenant, async (tx) =>
    (await tx.events.find(id)) ? ok(await tx.events.count(id)) : fail(eventNotFound),
  )
}
