import { randomUUID } from 'node:crypto'
import type { NotificationStore } from '@eventpass/api'
import { sql } from 'drizzle-orm'
import { notifications } from '../schema/index.ts'
import type { TenantScope } from '../tenant-scope.ts'

/** Only keeps what is to be told; an adapter that tells people reads from here. */
export function createNotificationStore({ tenant, db }: TenantScope): NotificationStore {
  return {
    async record(notification) {
      const atMs = sql`(extract(epoch from clock_timestamp()) * 1000)::bigint`
      await db.insert(notifications).values({ ...notification, tenant, id: randomUUID(), atMs })
    },
  }
}
