import { createHash, randomBytes } from 'node:crypto'
import type { LookupsDep, SessionKeeper, UserRole } from '@eventpass/api'
import type { TenantId, UserId } from '@eventpass/domain'
import { and, eq, lt } from 'drizzle-orm'
import { type Adapter, type DatabaseSession, type DatabaseUser, Lucia, TimeSpan } from 'lucia'
import type { Drizzle } from '../drizzle.ts'
import { sessions, users } from '../schema/index.ts'
import { inTenant } from '../tenancy.ts'

const daysMax = 14
const secretBytes = 32

interface SessionAttributes {
  readonly tenant: TenantId
}

interface UserAttributes extends SessionAttributes {
  readonly email: string
  readonly role: UserRole
}

/** Inside lucia's module `UserId` is lucia's own. */
type PersonId = UserId

declare module 'lucia' {
  interface Register {
    Lucia: Lucia<Record<never, never>, UserAttributes>
    UserId: PersonId
    DatabaseSessionAttributes: SessionAttributes
    DatabaseUserAttributes: UserAttributes
  }
}

/**
 * Sessions by lucia 3, of which nothing but this file knows.
 *
 * lucia stores a session id as it is; its adapter here stores SHA-256 of it, so that
 * whoever reads the table can open nothing. A session lives 14 days from its last use.
 */
export function createSessionKeeper(db: Drizzle, { lookups }: LookupsDep): SessionKeeper {
  const lucia = new Lucia(createAdapter(db, { lookups }), {
    sessionExpiresIn: new TimeSpan(daysMax, 'd'),
    getUserAttributes: ({ tenant, email, role }) => ({ tenant, email, role }),
  })
  return {
    async open(tenant, user) {
      const secret = randomBytes(secretBytes).toString('base64url')
      const session = await lucia.createSession(user, { tenant }, { sessionId: secret })
      return { secret, expiresMs: session.expiresAt.getTime() }
    },
    async read(secret) {
      const { user, session } = await lucia.validateSession(secret)
      if (!user) return null
      const { id, tenant, email, role } = user
      return { tenant, user: id, email, role, expiresMs: session.expiresAt.getTime() }
    },
    close: (secret) => lucia.invalidateSession(secret),
  }
}

function createAdapter(db: Drizzle, { lookups }: LookupsDep): Adapter {
  /** Runs `work` as the session's tenant; null where no session has this id. */
  const inSession = async <T>(id: string, work: (db: Drizzle, tenant: TenantId) => Promise<T>) => {
    const found = await lookups.findSession(id)
    return found && inTenant(db, found.tenant, (scope) => work(scope.db, scope.tenant))
  }
  return {
    async getSessionAndUser(secret) {
      const id = hashOf(secret)
      const found = await inSession(id, (tx, tenant) => findSession(tx, tenant, id, secret))
      return found ?? [null, null]
    },
    async setSession({ id, userId, expiresAt, attributes: { tenant } }) {
      const expiresMs = expiresAt.getTime()
      await inTenant(db, tenant, async (scope) => {
        await scope.db
          .delete(sessions)
          .where(
            and(
              eq(sessions.tenant, tenant),
              eq(sessions.userId, userId),
              lt(sessions.expiresMs, Date.now()),
            ),
          )
        await scope.db.insert(sessions).values({ tenant, id: hashOf(id), userId, expiresMs })
      })
    },
    async updateSessionExpiration(secret, expiresAt) {
      const id = hashOf(secret)
      await inSession(id, (tx, tenant) =>
        tx
          .update(sessions)
          .set({ expiresMs: expiresAt.getTime() })
          .where(and(eq(sessions.tenant, tenant), eq(sessions.id, id))),
      )
    },
    async deleteSession(secret) {
      const id = hashOf(secret)
      await inSession(id, (tx, tenant) =>
        tx.delete(sessions).where(and(eq(sessions.tenant, tenant), eq(sessions.id, id))),
      )
    },
    // The rest of lucia's adapter works on all tenants or on ids that are only stored hashed.
    getUserSessions: () => unused('getUserSessions'),
    deleteUserSessions: () => unused('deleteUserSessions'),
    deleteExpiredSessions: () => unused('deleteExpiredSessions'),
  }
}

async function findSession(
  tx: Drizzle,
  tenant: TenantId,
  id: string,
  secret: string,
): Promise<[DatabaseSession | null, DatabaseUser | null]> {
  const [row] = await tx
    .select({
      user: users.id,
      email: users.email,
      role: users.role,
      expiresMs: sessions.expiresMs,
    })
    .from(sessions)
    .innerJoin(users, and(eq(users.tenant, sessions.tenant), eq(users.id, sessions.userId)))
    .where(and(eq(sessions.tenant, tenant), eq(sessions.id, id)))
  if (!row) return [null, null]
  const { user, email, role, expiresMs } = row
  return [
    { id: secret, userId: user, expiresAt: new Date(expiresMs), attributes: { tenant } },
    { id: user, attributes: { tenant, email, role } },
  ]
}

function unused(name: string): never {
  throw new Error(`Sessions are kept without lucia's ${name}; see plan/decisions/0002-lucia.md.`)
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}
