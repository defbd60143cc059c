import type { UserRole } from '@eventpass/api'
import type { TenantId, UserId } from '@eventpass/domain'
import { sql } from 'drizzle-orm'
import { foreignKey, index, pgTable, text, unique, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { hex, ms, tenantColumn } from './columns.ts'

/** An organiser's account. Its policy compares `id`, since it is the tenant. */
export const tenants = pgTable('tenants', {
  id: uuid('id').$type<TenantId>().primaryKey(),
  name: text('name').notNull(),
  createdMs: ms('created_ms').notNull(),
})

/** A person who signs in. One e-mail address is one person across all tenants. */
export const users = pgTable(
  'users',
  {
    tenant: tenantColumn().references(() => tenants.id),
    id: uuid('id').$type<UserId>().primaryKey(),
    email: text('email').notNull(),
    passwordHash: text('password_hash').notNull(),
    role: text('role').$type<UserRole>().notNull(),
    createdMs: ms('created_ms').notNull(),
  },
  (t) => [
    unique('users_tenant_id_key').on(t.tenant, t.id),
    uniqueIndex('users_email_key').on(sql`lower(${t.email})`),
  ],
)

/** A sign-in. `id` is SHA-256 of the secret in the cookie: a stolen table opens nothing. */
export const sessions = pgTable(
  'sessions',
  {
    tenant: tenantColumn(),
    id: hex('id').primaryKey(),
    userId: uuid('user_id').$type<UserId>().notNull(),
    expiresMs: ms('expires_ms').notNull(),
  },
  (t) => [
    index('sessions_user_idx').on(t.tenant, t.userId),
    foreignKey({ columns: [t.tenant, t.userId], foreignColumns: [users.tenant, users.id] }),
  ],
)
