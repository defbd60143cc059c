import type { GiftDetails, GiftStore, HandOut, OverStock } from '@eventpass/api'
import type { CheckInList, InviteeNo, KnownIncident, ScanId } from '@eventpass/domain'
import { sql } from 'drizzle-orm'
import { jsonRows } from '../ledger/json-rows.ts'
import { pgArray } from '../pg-array.ts'
import { queryRows } from '../query-rows.ts'
import { gifts } from '../schema/index.ts'
import type { TenantScope } from '../tenant-scope.ts'

export function createGiftStore({ db, tenant }: TenantScope): GiftStore {
  return {
    async insert(gift) {
      await db.insert(gifts).values({ ...gift, tenant })
    },

    async findByEvent(event) {
      const rows = await queryRows<
        Omit<GiftDetails, 'categories'> & Pick<CheckInList, 'categories'>
      >(
        db,
        sql`select g.id, l.name, l.config->'categories' as categories, g.stock, g.taken
            from gifts g join lists l on l.tenant = ${tenant} and l.id = g.id
            where g.tenant = ${tenant} and g.event = ${event} order by g.created_ms, l.name`,
      )
      return rows
    },

    async setStock(event, gift, stock) {
      const rows = await queryRows(
        db,
        sql`update gifts set stock = ${stock}::int
            where tenant = ${tenant} and event = ${event} and id = ${gift} returning id`,
      )
      return rows.length > 0
    },

    async findTaker(event, gift) {
      const [row] = await queryRows<{ invitee: InviteeNo }>(
        db,
        sql`select invitee_no as invitee from gift_logs
            where tenant = ${tenant} and event = ${event} and gift = ${gift} limit 1`,
      )
      return row?.invitee ?? null
    },

    findHandOuts: (event, limit) =>
      queryRows<HandOut & Record<string, unknown>>(
        db,
        sql`select id as scan, gift, invitee_no as invitee, device, at_ms::float8 as "atMs",
              voided_ms is not null as voided
            from gift_logs where tenant = ${tenant} and event = ${event}
            order by at_ms desc, id limit ${limit}`,
      ),

    async saveHandOuts(event, handOuts) {
      if (handOuts.length === 0) return
      const rows = handOuts.map(({ atMs, ...row }) => ({ ...row, at: Math.round(atMs) }))
      const columns = 'scan uuid, gift uuid, invitee int, device uuid, at bigint, voided bool'
      await db.execute(sql`
        with saved as (
          insert into gift_logs (tenant, id, event, gift, invitee_no, device, at_ms, voided_ms)
          select ${tenant}, k.scan, ${event}, k.gift, k.invitee, k.device, k.at,
            case when k.voided then (extract(epoch from clock_timestamp()) * 1000)::bigint end
          from ${jsonRows(rows, columns)} order by k.scan
          on conflict (tenant, id) do update set voided_ms = excluded.voided_ms
            where (gift_logs.voided_ms is null) <> (excluded.voided_ms is null)
          returning gift, xmax = 0 as fresh, voided_ms is null as stands
        ), moved as (
          select gift, sum(case when stands then 1 when fresh then 0 else -1 end)::int as by
          from saved group by gift
        )
        update gifts g set taken = g.taken + moved.by from moved
        where g.tenant = ${tenant} and g.id = moved.gift and moved.by <> 0`)
    },

    async findOverStock(event, of) {
      if (of.length === 0) return []
      const rows = await queryRows<{
        gift: OverStock['gift']
        beyond: ScanId[] | null
        known: KnownRow
      }>(
        db,
        sql`with looked as materialized (
              select g.id, g.stock, g.taken, n.known from gifts g
              left join lateral (
                select json_build_object('key', n.key, 'kind', n.kind, 'status', n.status,
                  'list', n.list, 'invitee', n.invitee_no, 'device', n.device, 'scans', n.scans,
                  'orderUncertain', n.order_uncertain, 'covers', n.resolution->'covers') as known
                from incidents n where n.tenant = ${tenant} and n.event = ${event}
                  and n.key = 'over_stock/' || g.id
              ) n on true
              where g.tenant = ${tenant} and g.event = ${event}
                and g.id = any(${pgArray('uuid', of)})
                and (g.taken > g.stock or n.known is not null)
            ), placed as (
              -- Only where more are gone than there were is it asked which.
              select l.id, l.stock, r.scan_id, row_number() over (partition by l.id
                order by r.quarantined, r.estimate_ms, d.no, s.seq, s.hash) as place
              from looked l
              join rulings r on r.tenant = ${tenant} and r.event = ${event} and r.list = l.id
                and r.kind <> 'voided'
              join scans s on s.tenant = ${tenant} and s.event = ${event} and s.id = r.scan_id
                and s.hash = r.scan_hash
              join devices d on d.tenant = ${tenant} and d.id = s.device
              where l.taken > l.stock
            )
            select l.id as gift, l.known,
              (select json_agg(p.scan_id order by p.place) from placed p
               where p.id = l.id and p.place > l.stock) as beyond
            from looked l`,
      )
      return rows.map(({ gift, beyond, known }) => ({ gift, beyond: beyond ?? [], known }))
    },
  }
}

type KnownRow = KnownIncident | null
