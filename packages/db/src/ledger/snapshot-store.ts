import type { SnapshotStore } from '@eventpass/api'
import { rowToTicket, type SnapshotMeta, type TicketRow } from '@eventpass/sync'
import { sql } from 'drizzle-orm'
import { prepared } from '../prepared.ts'
import { queryRows } from '../query-rows.ts'
import type { TenantScope } from '../tenant-scope.ts'
import { ticketRowSql } from './manifest-reads-store.ts'

export function createSnapshotStore({ db, tenant }: TenantScope): SnapshotStore {
  return {
    async findNewest(event) {
      const [row] = await queryRows<{ meta: SnapshotMeta; built: number }>(
        db,
        sql`select meta, built_ms::float8 as built from snapshots
            where tenant = ${tenant} and event = ${event} order by revision desc limit 1`,
      )
      return row ? { meta: row.meta, builtMs: row.built } : null
    },

    async findPaths(event) {
      const rows = await queryRows<{ path: string }>(
        db,
        sql`select path from snapshots where tenant = ${tenant} and event = ${event}`,
      )
      return rows.map(({ path }) => path)
    },

    async save({ meta, builtMs }) {
      await db.execute(sql`
        insert into snapshots (tenant, event, revision, format, meta, path, built_ms)
        values (${tenant}, ${meta.event}, ${meta.revision}, ${meta.format},
                ${JSON.stringify(meta)}::jsonb, ${meta.path}, ${builtMs}::bigint)
        on conflict (event, revision, format) do update
          set meta = excluded.meta, path = excluded.path, built_ms = excluded.built_ms`)
    },

    async findTicketPage(event, after, limit) {
      // Planned as a part of all that is left, a page would start parallel workers, which takes longer
      // than to read it. To the end of the transaction.
      await db.execute(
        prepared(sql`select set_config('max_parallel_workers_per_gather', '0', true)`),
      )
      // Rows lie on the disk about as their numbers go. In order of digest each would be read from
      // another place, which takes ten times as long where the list is larger than Postgres' memory.
      const rows = await queryRows<{ row: TicketRow }>(
        db,
        sql`select ${ticketRowSql} as row
            from tickets t join invitees i on i.tenant = t.tenant and i.id = t.invitee
            where i.tenant = ${tenant} and i.event = ${event} and i.no > ${after}
            order by i.no fetch first ${limit} rows with ties`,
      )
      return rows.map(({ row }) => rowToTicket(row))
    },
  }
}
