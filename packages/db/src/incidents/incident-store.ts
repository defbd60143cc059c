import type { IncidentDetails, IncidentScan, IncidentStore, LockedIncident } from '@eventpass/api'
import { and, eq, sql } from 'drizzle-orm'
import { queryRows } from '../query-rows.ts'
import { incidents } from '../schema/index.ts'
import type { TenantScope } from '../tenant-scope.ts'

export function createIncidentStore({ db, tenant }: TenantScope): IncidentStore {
  return {
    async findByEvent(event, limits) {
      const rows = await queryRows<Record<string, unknown> & { scans: IncidentScan[] | null }>(
        db,
        sql`with page as materialized (
              select * from incidents where tenant = ${tenant} and event = ${event}
              order by (status = 'open') desc, opened_ms desc, id limit ${limits.incidents}
            )
            select p.id, p.kind, p.status, case when i.erased_ms is null then i.name else 'Erased guest' end as invitee, l.name as "listName",
              p.opened_ms::float8 as "openedMs", p.order_uncertain as "orderUncertain",
              o.no as "deviceNo", o.label as "deviceLabel", p.scans as named,
              (select json_agg(json_build_object('id', n.id, 'gate', s.gate, 'gateName', g.name,
                  'deviceNo', d.no, 'deviceLabel', d.label, 'atMs', r.estimate_ms, 'loMs', r.lo_ms, 'hiMs', r.hi_ms,
                  'wallMs', s.wall_ms, 'ruling', r.kind) order by n.place)
               from jsonb_array_elements_text(p.scans) with ordinality as n(id, place)
               join scans s on s.tenant = ${tenant} and s.event = ${event} and s.id = n.id::uuid
               join devices d on d.tenant = ${tenant} and d.id = s.device
               left join gates g on g.tenant = ${tenant} and g.id = s.gate
               left join rulings r on r.tenant = ${tenant} and r.scan_hash = s.hash
               where n.place <= ${limits.scansEach}) as scans,
              case when p.resolution is not null then json_build_object('by', u.email,
                'atMs', p.resolution->'atMs', 'reason', p.resolution->'reason') end as resolution
            from page p
            left join invitees i on i.tenant = ${tenant} and i.event = ${event}
              and i.no = p.invitee_no
            left join lists l on l.tenant = ${tenant} and l.id = p.list
            left join devices o on o.tenant = ${tenant} and o.id = p.device
            left join users u on u.tenant = ${tenant} and u.id = (p.resolution->>'by')::uuid
            order by (p.status = 'open') desc, p.opened_ms desc, p.id`,
      )
      return rows.map((row) => ({ ...row, scans: row.scans ?? [] }) as unknown as IncidentDetails)
    },

    async lock(incident) {
      const [row] = await db
        .select({
          event: incidents.event,
          kind: incidents.kind,
          status: incidents.status,
          scans: incidents.scans,
          resolution: incidents.resolution,
        })
        .from(incidents)
        .where(and(eq(incidents.tenant, tenant), eq(incidents.id, incident)))
        .for('update')
      return (row as LockedIncident | undefined) ?? null
    },

    async resolve(incident, resolution) {
      await db
        .update(incidents)
        .set({ status: 'resolved', resolution })
        .where(and(eq(incidents.tenant, tenant), eq(incidents.id, incident)))
    },
  }
}
