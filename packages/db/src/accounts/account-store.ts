import type { AccountStore } from '@eventpass/api'
import { and, asc, eq } from 'drizzle-orm'
import { tenants, users } from '../schema/index.ts'
import type { TenantScope } from '../tenant-scope.ts'

const shown = { id: users.id, email: users.email, role: users.role }

export function createAccountStore({ tenant, db }: TenantScope): AccountStore {
  return {
    async createTenant({ name, createdMs }) {
      await db.insert(tenants).values({ id: tenant, name, createdMs })
    },
    async getTenantName() {
      const [row] = await db
        .select({ name: tenants.name })
        .from(tenants)
        .where(eq(tenants.id, tenant))
      if (!row) throw new Error(`The tenant ${tenant} has no row.`)
      return row.name
    },
    async addUser(user) {
      const added = await db
        .insert(users)
        .values({ ...user, tenant })
        .onConflictDoNothing()
        .returning({ id: users.id })
      return added.length > 0
    },
    async findUser(id) {
      const [user] = await db
        .select({ ...shown, passwordHash: users.passwordHash })
        .from(users)
        .where(and(eq(users.tenant, tenant), eq(users.id, id)))
      return user ?? null
    },
    findUsers: () =>
      db.select(shown).from(users).where(eq(users.tenant, tenant)).orderBy(asc(users.email)),
  }
}
