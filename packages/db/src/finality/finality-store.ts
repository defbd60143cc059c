import type { FinalitySource, FinalityStore } from '@eventpass/api'
import { sql } from 'drizzle-orm'
import { queryRows } from '../query-rows.ts'
import type { TenantScope } from '../tenant-scope.ts'

export function createFinalityStore({ db, tenant }: TenantScope): FinalityStore {
  return {
    async findSources(event) {
      const [now] = await queryRows<{ ms: number }>(
        db,
        sql`select floor(extract(epoch from clock_timestamp()) * 1000)::float8 as ms`,
      )
      const rows = await queryRows<Record<string, unknown>>(
        db,
        sql`select d.id as device, d.no as "deviceNo", d.label, coalesce(g.name, '') as "gateName",
              d.last_contact_ms::float8 as "lastHeardMs", d.through_seq as "throughSeq",
              greatest(d.through_seq, (select max(s.head_seq) from contacts s
                where s.tenant = ${tenant} and s.device = d.id)) as "signedSeq",
              -- Null where neither is: least passes nulls over.
              least(d.retired_head_seq, d.fork_seq - 1) as "closedAtSeq",
              (select json_build_object('device', c.device, 'node', c.node, 'epoch', c.epoch,
                  'headSeq', c.head_seq, 'headHash', encode(c.head_hash, 'hex'),
                  'monoMs', c.mono_ms, 'wallMs', c.wall_ms, 'tiMs', c.ti_ms, 'trMs', c.tr_ms)
                from contacts c where c.tenant = ${tenant} and c.device = d.id
                  and c.head_seq <= d.through_seq
                order by c.ti_ms desc limit 1) as contact
            from devices d left join gates g on g.tenant = ${tenant} and g.id = d.gate
            where d.tenant = ${tenant} and d.event = ${event}
              and d.state in ('active', 'revoked', 'retired', 'pair_anew')
            order by d.no`,
      )
      return { nowMs: now?.ms ?? 0, sources: rows as unknown as readonly FinalitySource[] }
    },
  }
}
