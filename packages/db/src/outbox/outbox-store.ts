import type { OutboxRow, OutboxStore, Topic } from '@eventpass/api'
import type { TenantId } from '@eventpass/domain'
import { sql } from 'drizzle-orm'
import type { Drizzle } from '../drizzle.ts'
import { lookup } from '../lookup.ts'
import { pgArray } from '../pg-array.ts'
import { queryRows } from '../query-rows.ts'
import { inTenant } from '../tenancy.ts'

/** A row that was handed over so often and never had an effect is for a person. */
const publicationsMax = 10
const tenantsPerPage = 100

/** The outbox of all tenants, each within its own transaction. */
export function createOutboxStore(db: Drizzle): OutboxStore {
  return {
    findTenants: (after, limit) =>
      lookup<{ tenant: TenantId }>(
        db,
        sql`select * from lookup_tenants_with_outbox(${after}, ${limit})`,
      ).then((rows) => rows.map(({ tenant }) => tenant)),

    relay: (tenant, limit, publish) =>
      inTenant(db, tenant, async (scope) => {
        // The locks last until the broker has confirmed: a relay that dies lets go of its rows at
        // once, and another takes them.
        const rows = await queryRows<{ row: string; topic: string; delay: number; age: number }>(
          scope.db,
          sql`select id::text as row, topic, delay_ms::float8 as delay,
                extract(epoch from clock_timestamp())::float8 * 1000 - created_ms as age
              from outbox
              where tenant = ${tenant} and published_ms is null and parked_ms is null
              order by id limit ${limit} for update skip locked`,
        )
        const outcomes = await Promise.allSettled(rows.map((row) => publish(toOutboxRow(row))))
        const confirmed = rows.filter((_, at) => outcomes[at]?.status === 'fulfilled')
        if (confirmed.length > 0) {
          const ids = pgArray(
            'bigint',
            confirmed.map(({ row }) => row),
          )
          await scope.db.execute(sql`
            update outbox set publications = publications + 1,
              published_ms = (extract(epoch from clock_timestamp()) * 1000)::bigint
            where tenant = ${tenant} and id = any(${ids})`)
        }
        const failed = outcomes.find((outcome) => outcome.status === 'rejected')
        return { published: confirmed.length, fault: failed ? failed.reason : null }
      }),

    async reopen(ageMs) {
      const [clock] = await lookup<{ before: number }>(
        db,
        sql`select extract(epoch from clock_timestamp())::float8 * 1000 - ${ageMs}::float8 as before`,
      )
      const before = Math.floor(clock?.before ?? 0)
      let reopened = 0
      let after: TenantId | null = null
      for (;;) {
        const page: readonly { tenant: TenantId }[] = await lookup<{ tenant: TenantId }>(
          db,
          sql`select * from lookup_tenants_with_stale_outbox(${before}::bigint, ${after}, ${tenantsPerPage})`,
        )
        for (const { tenant } of page) reopened += await reopenOf(db, tenant, before)
        after = page.at(-1)?.tenant ?? null
        if (page.length < tenantsPerPage) return reopened
      }
    },

    async countParked() {
      const counts = new Map<Topic, number>()
      let after: TenantId | null = null
      for (;;) {
        const page: readonly { tenant: TenantId }[] = await lookup<{ tenant: TenantId }>(
          db,
          sql`select * from lookup_tenants_with_parked_outbox(${after}, ${tenantsPerPage})`,
        )
        for (const { tenant } of page) {
          for (const { topic, count } of await countParkedOf(db, tenant)) {
            counts.set(topic, (counts.get(topic) ?? 0) + count)
          }
        }
        after = page.at(-1)?.tenant ?? null
        if (page.length < tenantsPerPage) return counts
      }
    },
  }
}

function countParkedOf(db: Drizzle, tenant: TenantId) {
  return inTenant(db, tenant, (scope) =>
    queryRows<{ topic: Topic; count: number }>(
      scope.db,
      sql`select topic, count(*)::int as count from outbox
          where tenant = ${tenant} and parked_ms is not null group by topic`,
    ),
  )
}

/** A delay counts from when the row was written: one that has passed is not waited for again. */
function toOutboxRow(row: { row: string; topic: string; delay: number; age: number }): OutboxRow {
  return {
    row: row.row,
    topic: row.topic as OutboxRow['topic'],
    delayMs: row.age < row.delay ? row.delay : 0,
    ageMs: row.age,
  }
}

function reopenOf(db: Drizzle, tenant: TenantId, before: number): Promise<number> {
  return inTenant(db, tenant, async (scope) => {
    // A consumer that is about to take the row away holds it: skipped.
    const rows = await queryRows<{ waits: boolean }>(
      scope.db,
      sql`update outbox o set
            published_ms = case when o.publications < ${publicationsMax} then null else o.published_ms end,
            parked_ms = case when o.publications < ${publicationsMax} then null
              else (extract(epoch from clock_timestamp()) * 1000)::bigint end,
            parked_cause = case when o.publications < ${publicationsMax} then null
              else 'Handed over ' || o.publications || ' times and never had an effect.' end
          from (select id from outbox
                where tenant = ${tenant} and parked_ms is null
                  and published_ms + delay_ms <= ${before}::bigint
                order by id for update skip locked) as stale
          where o.tenant = ${tenant} and o.id = stale.id
          returning o.published_ms is null as waits`,
    )
    return rows.filter(({ waits }) => waits).length
  })
}
