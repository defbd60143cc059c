import type { NewOutboxRow, ParkedRow, TenantOutbox } from '@eventpass/api'
import { sql } from 'drizzle-orm'
import { jsonRows } from '../ledger/json-rows.ts'
import { prepared } from '../prepared.ts'
import { queryRows } from '../query-rows.ts'
import type { WritingScope } from '../tenant-scope.ts'

export function createTenantOutbox(scope: WritingScope): TenantOutbox {
  const { tenant, db, onCommit } = scope
  return {
    enqueue: (rows) => enqueue(scope, rows),

    async take(topic, row) {
      const [taken] = await queryRows<{ key: unknown }>(
        db,
        prepared(sql`delete from outbox
            where tenant = ${tenant} and id = ${row}::bigint and topic = ${topic}
              and parked_ms is null
            returning key`),
      )
      return taken?.key ?? null
    },

    async park(row, cause) {
      await db.execute(sql`
        update outbox set parked_cause = ${cause},
          parked_ms = (extract(epoch from clock_timestamp()) * 1000)::bigint
        where tenant = ${tenant} and id = ${row}::bigint`)
    },

    findParked: (limit) =>
      queryRows<ParkedRow & Record<string, unknown>>(
        db,
        sql`select id::text as row, topic, coalesce(parked_cause, '') as cause,
              parked_ms::float8 as "parkedMs"
            from outbox where tenant = ${tenant} and parked_ms is not null
            order by parked_ms desc limit ${limit}`,
      ),

    async retryParked() {
      const rows = await queryRows<{ id: string }>(
        db,
        sql`update outbox set parked_ms = null, parked_cause = null, published_ms = null, publications = 0
            where tenant = ${tenant} and parked_ms is not null returning id::text as id`,
      )
      onCommit.outboxWritten ||= rows.length > 0
      return rows.length
    },
  }
}

/** Writes outbox rows with the change that they tell of, and has relays woken when it is committed. */
export async function enqueue(
  { tenant, db, onCommit }: WritingScope,
  rows: readonly NewOutboxRow[],
): Promise<void> {
  if (rows.length === 0) return
  const table = jsonRows(
    rows.map(({ topic, key, delayMs }) => ({ topic, body: key, delay: delayMs })),
    'topic text, body jsonb, delay bigint',
  )
  await db.execute(
    prepared(sql`
      insert into outbox (tenant, topic, key, created_ms, delay_ms)
      select ${tenant}::uuid, k.topic, k.body,
        (extract(epoch from clock_timestamp()) * 1000)::bigint, k.delay
      from ${table}`),
  )
  onCommit.outboxWritten = true
}
