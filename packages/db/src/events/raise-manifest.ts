import type { EventStore } from '@eventpass/api'
import { and, eq, sql } from 'drizzle-orm'
import { eventRevisions } from '../schema/index.ts'
import type { TenantScope } from '../tenant-scope.ts'

/** The update locks the event's revision line until commit, so that revisions appear in order (SY5). */
export async function raiseManifest(
  { tenant, db }: TenantScope,
  ...[event, { frame, inviteesAdded }]: Parameters<EventStore['raiseManifest']>
): Promise<number> {
  const next = sql`${eventRevisions.manifestRevision} + 1`
  const [line] = await db
    .update(eventRevisions)
    .set({
      manifestRevision: next,
      inviteeCount: sql`${eventRevisions.inviteeCount} + ${inviteesAdded}`,
      ...(frame ? { frameRevision: next } : {}),
    })
    .where(and(eq(eventRevisions.tenant, tenant), eq(eventRevisions.event, event)))
    .returning({ revision: eventRevisions.manifestRevision })
  if (!line) throw new Error(`The event ${event} has no revision line.`)
  return line.revision
}
