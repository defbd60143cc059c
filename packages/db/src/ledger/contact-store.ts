import type { ContactStore } from '@eventpass/api'
import { sql } from 'drizzle-orm'
import { queryRows } from '../query-rows.ts'
import type { TenantScope } from '../tenant-scope.ts'

/** The database's own clock in ms: several API nodes are one clock (TM). */
const clockMs = sql`(extract(epoch from clock_timestamp()) * 1000)`
/** Old challenges are no evidence; they go when their device opens the next one. */
const keptMs = 60_000

export function createContactStore({ db, tenant }: TenantScope): ContactStore {
  return {
    async openChallenge(device, nonceHash) {
      await db.execute(sql`delete from challenges
        where tenant = ${tenant} and device = ${device} and ti_ms < ${clockMs} - ${keptMs}`)
      const [row] = await queryRows<{ ti: number }>(
        db,
        sql`insert into challenges (tenant, nonce_hash, device, node, ti_ms)
            values (${tenant}, decode(${nonceHash}, 'hex'), ${device}, 'central', floor(${clockMs}))
            returning ti_ms::float8 as ti`,
      )
      return Number(row?.ti)
    },

    async takeChallenge(device, nonceHash, challengeMsMax) {
      const [row] = await queryRows<{ ti: number; tr: number }>(
        db,
        sql`update challenges set used_ms = ceil(${clockMs})
            where tenant = ${tenant} and nonce_hash = decode(${nonceHash}, 'hex')
              and device = ${device} and used_ms is null
              and ti_ms >= ${clockMs} - ${challengeMsMax}::float8
            returning ti_ms::float8 as ti, used_ms::float8 as tr`,
      )
      return row ? { tiMs: row.ti, trMs: row.tr } : null
    },

    async saveContact(contact) {
      const { device, node, epoch, headSeq, headHash, monoMs, wallMs, tiMs, trMs } = contact
      await db.execute(sql`
        insert into contacts (tenant, event, device, node, epoch, head_seq, place,
                              head_hash, mono_ms, wall_ms, ti_ms, tr_ms)
        select ${tenant}, d.event, d.id, ${node}, ${epoch}, ${headSeq}, place,
               decode(${headHash}, 'hex'), ${monoMs}::bigint, ${wallMs}::bigint,
               ${tiMs}::bigint, ${trMs}::bigint
        from devices d, (values ('first'), ('last')) as p(place)
        where d.tenant = ${tenant} and d.id = ${device}
        on conflict (device, epoch, head_seq, node, place) do update
          set head_hash = excluded.head_hash, mono_ms = excluded.mono_ms,
              wall_ms = excluded.wall_ms, ti_ms = excluded.ti_ms, tr_ms = excluded.tr_ms
          where (excluded.place = 'first' and excluded.tr_ms < contacts.tr_ms)
             or (excluded.place = 'last' and excluded.ti_ms > contacts.ti_ms)`)
      await db.execute(sql`update devices set last_contact_ms = ${trMs}::bigint
        where tenant = ${tenant} and id = ${device}`)
    },
  }
}
