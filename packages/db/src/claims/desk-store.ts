import type { Desk, DeskStore } from '@eventpass/api'
import { sql } from 'drizzle-orm'
import { queryRows } from '../query-rows.ts'
import type { TenantScope } from '../tenant-scope.ts'

/** What staff and other devices read of who claimed. */
const deskLabel = 'Organiser’s desk'

export function createDeskStore({ db, tenant }: TenantScope): DeskStore {
  return {
    async lockDesk(event, { id, list, gate }) {
      const [place] = await queryRows(
        db,
        sql`select 1 from lists l join gates g on g.tenant = ${tenant} and g.event = l.event
            where l.tenant = ${tenant} and l.event = ${event} and l.id = ${list} and g.id = ${gate}`,
      )
      if (!place) return null
      const lock = async () => {
        const [row] = await queryRows<Record<string, unknown>>(
          db,
          sql`select id, event, no as "deviceNo", 'active' as state, '' as "signKey",
                through_seq as "throughSeq", encode(through_hash, 'hex') as "throughHash",
                null as "retiredHeadSeq", fork_seq as "forkSeq"
              from devices where tenant = ${tenant} and event = ${event} and state = 'desk'
              for update`,
        )
        return (row as unknown as Desk) ?? null
      }
      const held = await lock()
      if (held) return held
      // As for pairings: device numbers are given under the lock of the event's row. NO KEY, since
      // whoever has the desk, or a tablet, asks by its foreign keys whether the event is there.
      await db.execute(sql`select 1 from events
        where tenant = ${tenant} and id = ${event} for no key update`)
      await db.execute(sql`
        insert into devices (tenant, id, event, no, label, role, list, gate, sign_key, wrap_key,
          state, through_hash, words, created_ms)
        select ${tenant}, ${id}, ${event}, (select coalesce(max(no), 0) + 1 from devices
            where tenant = ${tenant} and event = ${event}),
          ${deskLabel}, 'steward', ${list}, ${gate}, '', '', 'desk',
          decode(repeat('00', 32), 'hex'), '[]'::jsonb,
          (extract(epoch from clock_timestamp()) * 1000)::bigint
        where not exists (select from devices
          where tenant = ${tenant} and event = ${event} and state = 'desk')`)
      return lock()
    },
  }
}
