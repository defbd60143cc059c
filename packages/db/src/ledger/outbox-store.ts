import type { OutboxStore, Topic } from '@eventpass/api'
import type { TenantId } from '@eventpass/domain'
import { sql } from 'drizzle-orm'
import type { Drizzle } from '../drizzle.ts'
import { pgArray } from '../pg-array.ts'
import { queryRows } from '../query-rows.ts'

/** How many tenants one sweep looks at; those with the oldest ids come first, the rest next time. */
const tenantsMax = 50

/** What the relay needs: tenants with waiting rows, and a transaction in each. */
export interface OutboxAccess {
  readonly findTenantsWithOutbox: (limit: number) => Promise<readonly TenantId[]>
  readonly within: <T>(tenant: TenantId, work: (db: Drizzle) => Promise<T>) => Promise<T>
}

/** The outbox of all tenants; an id is "tenant:number". */
export function createOutboxStore({ findTenantsWithOutbox, within }: OutboxAccess): OutboxStore {
  return {
    async findUnpublished(limit) {
      const found = []
      for (const tenant of await findTenantsWithOutbox(tenantsMax)) {
        const rows = await within(tenant, (db) =>
          queryRows<{ id: string; topic: string; key: object }>(
            db,
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
        await within(tenant as TenantId, (db) =>
          db.execute(sql`
            update outbox set published_ms = (extract(epoch from clock_timestamp()) * 1000)::bigint
            where tenant = ${tenant} and id = any(${pgArray('bigint', numbers)})`),
        )
      }
    },
  }
}
