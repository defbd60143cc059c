import type { SessionKeeper } from '../accounts/sessions.ts'
import type { PlatformDep } from '../platform.ts'
import { sha256Hex } from '../random-ids.ts'
import type { Failover } from './failover.ts'

/**
 * Sessions that go on counting while the database is away, where this node has seen them before.
 * One that it has not seen is neither open nor closed then: reading it fails as the database does.
 */
export function rememberSessions(
  deps: Pick<PlatformDep, 'subtle'>,
  sessions: SessionKeeper,
  { watch, callers }: Pick<Failover, 'watch' | 'callers'>,
): SessionKeeper {
  return {
    open: (tenant, user) => watch.guard(() => sessions.open(tenant, user)),
    async read(secret) {
      const idHash = await sha256Hex(deps, secret)
      try {
        const found = await watch.guard(() => sessions.read(secret))
        if (found) await callers.noteSession(idHash, found)
        return found
      } catch (error) {
        const seen = watch.state() === 'up' ? null : await callers.findSession(idHash)
        if (!seen) throw error
        return { ...seen, expiresMs: Number.POSITIVE_INFINITY }
      }
    },
    async close(secret) {
      await watch.guard(() => sessions.close(secret))
      await callers.noteSession(await sha256Hex(deps, secret), null)
    },
  }
}
