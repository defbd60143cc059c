import { randomUUID } from 'node:crypto'
import type { RaiseIncident, ReconcileStore } from '@eventpass/api'
import type {
  DerivedIncident,
  DeviceId,
  IncidentKind,
  IncidentStatus,
  InviteeNo,
  KnownIncident,
  ListId,
  ScanId,
} from '@eventpass/domain'
import { type SQL, sql } from 'drizzle-orm'
import type { TenantScope } from '../tenant-scope.ts'
import { jsonRows } from './json-rows.ts'

/** What `mergeIncidents` reads of an incident, of a table called `n`. */
export const incidentColumns: SQL = sql`n.key, n.kind, n.status, n.list, n.invitee_no as invitee,
  n.device, n.scans, n.order_uncertain as "orderUncertain", n.resolution->'covers' as covers`

export function toKnownIncident(row: Record<string, unknown>): KnownIncident {
  return {
    key: String(row.key),
    kind: row.kind as IncidentKind,
    status: row.status as IncidentStatus,
    list: row.list as ListId | null,
    invitee: row.invitee as InviteeNo | null,
    device: row.device as DeviceId | null,
    scans: row.scans as readonly ScanId[],
    orderUncertain: row.orderUncertain === true,
    covers: row.covers as readonly ScanId[] | null,
  }
}

/** Writes incidents that were derived, and those that only grow. */
export function createIncidentWriter(
  scope: TenantScope,
): Pick<ReconcileStore, 'saveIncidents' | 'raise'> {
  return { saveIncidents: createSaver(scope), raise: createRaiser(scope) }
}

/** By the resolution as it stands now: a person may have resolved it since it was read (EN4). */
const statusOf = (scans: SQL) => sql`case when incidents.resolution->'covers' @> ${scans}
  then 'resolved' else 'open' end`

function createSaver({ db, tenant }: TenantScope): ReconcileStore['saveIncidents'] {
  return async (event, changes) => {
    if (changes.length === 0) return
    const rows = changes.map(({ incident, status }) => toIncidentRow(incident, status))
    const columns = `id uuid, key text, kind text, status text, list uuid, invitee int,
      device uuid, scans jsonb, order_uncertain bool`
    await db.execute(sql`
      insert into incidents (tenant, id, event, key, kind, status, list, invitee_no, device,
                             scans, order_uncertain, opened_ms)
      select ${tenant}, k.id, ${event}, k.key, k.kind, k.status, k.list, k.invitee, k.device,
             k.scans, k.order_uncertain, (extract(epoch from clock_timestamp()) * 1000)::bigint
      from ${jsonRows(rows, columns)}
      on conflict (event, key) do update set scans = excluded.scans,
        order_uncertain = excluded.order_uncertain,
        status = case when excluded.status = 'dissolved' then 'dissolved'
          else ${statusOf(sql`excluded.scans`)} end`)
  }
}

/** A resolution that no longer covers all opens an incident again (EN4). */
function createRaiser({ db, tenant }: TenantScope): RaiseIncident {
  return async (event, { key, kind, device, scans, about }) => {
    const ids = JSON.stringify([...new Set(scans)].sort())
    await db.execute(sql`
      insert into incidents (tenant, id, event, key, kind, status, list, invitee_no, device, scans,
                             order_uncertain, opened_ms)
      values (${tenant}, ${randomUUID()}, ${event}, ${key}, ${kind}, 'open',
              ${about?.list ?? null}, ${about?.invitee ?? null}, ${device}, ${ids}::jsonb, false, (extract(epoch from clock_timestamp()) * 1000)::bigint)
      on conflict (event, key) do update set
        scans = (select coalesce(jsonb_agg(distinct scan order by scan), '[]'::jsonb)
                 from jsonb_array_elements(incidents.scans || excluded.scans) as scan),
        status = ${statusOf(sql`(incidents.scans || excluded.scans)`)}`)
  }
}

function toIncidentRow(incident: DerivedIncident, status: IncidentStatus): object {
  return {
    id: randomUUID(),
    key: incident.key,
    kind: incident.kind,
    status,
    list: incident.list,
    invitee: incident.invitee,
    device: incident.device,
    scans: incident.scans,
    order_uncertain: incident.orderUncertain,
  }
}
