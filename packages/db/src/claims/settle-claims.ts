import type { SettlingScan, VoidedBy } from '@eventpass/api'
import type { DeviceId } from '@eventpass/domain'
import { type SQL, sql } from 'drizzle-orm'
import { jsonRows } from '../ledger/json-rows.ts'
import { prepared } from '../prepared.ts'
import { queryRows } from '../query-rows.ts'
import type { TenantScope } from '../tenant-scope.ts'

const nowMs = sql`(extract(epoch from clock_timestamp()) * 1000)::bigint`

/**
 * Brings claims to their end and gifts of voided ones back to their stock, in one statement.
 *
 * `fates` selects `(device, op, fate)`, where the fate is `kept` or why it is voided. Of several
 * fates of one claim a person's undo counts first, then what voids it.
 */
export async function endClaims({ db, tenant }: TenantScope, fates: SQL): Promise<void> {
  await db.execute(
    prepared(sql`
    with fates as materialized (
      select distinct on (device, op) device, op, fate from (${fates}) as f
      order by device, op, fate = 'undone' desc, fate <> 'kept' desc
    ), ended as (
      update claims c set
        settled_ms = case when f.fate in ('kept', 'undone')
          then coalesce(c.settled_ms, ${nowMs}) else c.settled_ms end,
        voided_ms = case when f.fate = 'kept' then null else ${nowMs} end,
        voided_by = nullif(f.fate, 'kept')
      from fates f
      where c.tenant = ${tenant} and c.device = f.device and c.op = f.op
        and c.outcome = 'accepted' and c.voided_ms is null
      returning c.op, c.gift, c.voided_ms
    ), returned as (
      update gift_logs l set voided_ms = ended.voided_ms from ended
      where l.tenant = ${tenant} and l.id = ended.op and ended.gift
        and ended.voided_ms is not null and l.voided_ms is null
      returning l.gift
    )
    update gifts g set taken = g.taken - back.count
    from (select gift, count(*)::int as count from returned group by gift) as back
    where g.tenant = ${tenant} and g.id = back.gift`),
  )
}

/** Ends what the pushed links of one device bear on: mostly nothing, which one look tells. */
export async function settleScans(
  scope: TenantScope,
  device: DeviceId,
  scans: readonly SettlingScan[],
): Promise<void> {
  const { db, tenant } = scope
  if (scans.every(({ act }) => act !== 'void')) {
    const open = await queryRows(
      db,
      prepared(sql`select 1 from claims where tenant = ${tenant} and device = ${device}
        and outcome = 'accepted' and settled_ms is null and voided_ms is null limit 1`),
    )
    if (open.length === 0) return
  }
  await endClaims(scope, fatesByScans(tenant, device, scans))
}

/** Fates by the pushed links of one device: of its own claims by id and number, of others' by its voids. */
function fatesByScans(tenant: string, device: DeviceId, scans: readonly SettlingScan[]): SQL {
  const columns = 'seq int, id uuid, act text, verdict text, target uuid, quarantined bool'
  return sql`
    with pushed as materialized (select * from ${jsonRows(scans, columns)})
    select c.device, c.op, ${fateSql(sql`p`)} as fate
    from pushed p join claims c on c.tenant = ${tenant} and c.device = ${device} and c.seq = p.seq
    where c.outcome = 'accepted' and c.settled_ms is null and c.voided_ms is null
    union all
    select s.device, s.id, 'undone'
    from pushed p
    join devices d on d.tenant = ${tenant} and d.id = ${device}
    join scans s on s.tenant = ${tenant} and s.event = d.event and s.id = p.target
    where p.act = 'void' and p.verdict = 'admit' and not p.quarantined`
}

/** Fates by what is in the ledger at the number of a claim. */
export function fatesByLedger(tenant: string, claims: SQL): SQL {
  return sql`
    select c.device, c.op, case when bool_or(${fateSql(sql`s`)} = 'kept') then 'kept'
      when bool_or(s.id = c.op) then 'scan' else 'fence' end as fate
    from (${claims}) as c
    join scans s on s.tenant = ${tenant} and s.device = c.device and s.seq = c.seq
    group by c.device, c.op`
}

function fateSql(link: SQL): SQL {
  const kept: VoidedBy | 'kept' = 'kept'
  return sql`case when ${link}.id is distinct from c.op then 'fence'
    when ${link}.act = 'entry' and ${link}.verdict = 'admit' then ${kept}::text else 'scan' end`
}
