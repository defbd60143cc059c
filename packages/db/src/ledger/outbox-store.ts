import type { LookupsDep, OutboxStore, Topic } from '@eventpass/api'
import type { TenantId } from '@eventpass/domain'
import { sql } from 'drizzle-orm'
import type { Drizzle } from '../drizzle.ts'
import { pgArray } from '../pg-array.ts'
import { queryRows } from '../query-rows.ts'
import { inTenant } from '../tenancy.ts'

/** How many tenants one sweep looks at; the rest have their turn when these are empty. */
const tenantsMax = 50

/** The outbox of all tenants, each within its own transaction; an id is "tenant:number". */
export function createOutboxStore(db: Drizzle, { lookups }: LookupsDep): OutboxStore {
  return {
    async findUnpublished(limit) {
      const found = []
      for (const tenant of await lookups.findTenantsWithOutbox(tenantsMax)) {
        const rows = await inTenant(db, tenant, (scope) =>
          queryRows<{ id: string; topic: string; key: object }>(
            scope.db,
            sql`select id::text as id, topic, key from outbox
                where tenant = ${tenant} and published_ms is null order by id limit ${limit}`,
          ),
        )
        found.push(
          ...rows.map(({ id, topic, key }) => ({
            id: `${tenant}:${id}`,
            topic: topic as Topic,
            body: JSON.stringify({ tenant, ...key }),
          })),
        )
        if (found.length >= limit) break
      }
      return found.slice(0, limit)
    },

    async markPublished(ids) {
      const numbersByTenant = new Map<string, string[]>()
      for (const id of ids) {
        const [tenant = '', number = ''] = id.split(':')
        numbersByTenant.set(tenant, [...(numbersByTenant.get(tenant) ?? []), number])
      }
      for (const [tenant, numbers] of numbersByTenant) {
        await inTenant(db, tenant as TenantId, (scope) =>
          scope.db.execute(sql`
            update outbox set published_ms = (extract(epoch from clock_timestamp()) * 1000)::bigint
            where tenant = ${tenant} and id = any(${pgArray('bigint', numbers)})`),
        )
      }
    },
  }
}
