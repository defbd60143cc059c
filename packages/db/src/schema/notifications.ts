import type { EventId } from '@eventpass/domain'
import { foreignKey, index, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { ms, tenantColumn } from './columns.ts'
import { events } from './events.ts'

/** What people outside should hear of, each once. Nothing personal: whom to tell is looked up when it is told. */
export const notifications = pgTable(
  'notifications',
  {
    tenant: tenantColumn(),
    id: uuid('id').notNull(),
    event: uuid('event').$type<EventId>().notNull(),
    kind: text('kind').notNull(),
    subject: uuid('subject').notNull(),
    atMs: ms('at_ms').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenant, t.id] }),
    index('notifications_event_idx').on(t.event, t.atMs),
    foreignKey({ columns: [t.tenant, t.event], foreignColumns: [events.tenant, events.id] }),
  ],
)
