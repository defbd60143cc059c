import { randomUUID } from 'node:crypto'
import type { RaiseIncident } from '@eventpass/api'
import { sql } from 'drizzle-orm'
import type { TenantScope } from '../tenant-scope.ts'

/** Opens a device's incident or adds scans to it; a resolution that no longer covers all opens it again (EN4). */
export function createIncidentRaiser({ db, tenant }: TenantScope): RaiseIncident {
  return async (event, { key, kind, device, scans }) => {
    const ids = JSON.stringify([...new Set(scans)].sort())
    await db.execute(sql`
      insert into incidents (tenant, id, event, key, kind, status, device, scans,
                             order_uncertain, opened_ms)
      values (${tenant}, ${randomUUID()}, ${event}, ${key}, ${kind}, 'open', ${device},
              ${ids}::jsonb, false, (extract(epoch from clock_timestamp()) * 1000)::bigint)
      on conflict (event, key) do update set
        scans = (select jsonb_agg(distinct scan order by scan)
                 from jsonb_array_elements(incidents.scans || excluded.scans) as scan),
        status = case
          when incidents.resolution is not null
            and incidents.resolution->'covers' @> (incidents.scans || excluded.scans)
          then 'resolved' else 'open' end`)
  }
}
