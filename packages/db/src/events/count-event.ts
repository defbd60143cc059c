import type { EventCounts } from '@eventpass/api'
import type { EventId } from '@eventpass/domain'
import { sql } from 'drizzle-orm'
import { queryRows } from '../query-rows.ts'
import type { TenantScope } from '../tenant-scope.ts'

/** One statement over the admissions of an event: its size is what was let in, not who was invited. */
export async function countEvent(
  { tenant, db }: TenantScope,
  event: EventId,
): Promise<EventCounts> {
  const [row] = await queryRows<Record<keyof EventCounts, number | string>>(
    db,
    sql`select r.invitee_count as "invitees", r.manifest_revision as "manifestRevision",
          a.admitted as "admitted", a.invitees_inside as "inviteesInside",
          a.people_inside as "peopleInside",
          (select count(*) from incidents i where i.tenant = ${tenant} and i.event = ${event}
             and i.status = 'open') as "incidentsOpen"
        from event_revisions r,
          (select count(*) filter (where was_in) as admitted,
             count(*) filter (where is_in) as invitees_inside,
             coalesce(sum(people), 0) as people_inside
           from (select bool_or(first_ms is not null) as was_in, bool_or(inside) as is_in,
                   sum(people) as people
                 from admissions a where a.tenant = ${tenant} and a.event = ${event}
                   and not exists (select from gifts g where g.tenant = ${tenant} and g.id = a.list)
                 group by invitee_no) as by_invitee) as a
        where r.tenant = ${tenant} and r.event = ${event}`,
  )
  if (!row) throw new Error(`The event ${event} has no revision line.`)
  return {
    invitees: Number(row.invitees),
    admitted: Number(row.admitted),
    inviteesInside: Number(row.inviteesInside),
    peopleInside: Number(row.peopleInside),
    incidentsOpen: Number(row.incidentsOpen),
    manifestRevision: Number(row.manifestRevision),
  }
}
