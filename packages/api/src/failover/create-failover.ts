import type { SessionKeeper } from '../accounts/sessions.ts'
import type { ClaimStepsDep } from '../claims/claim-store.ts'
import type { PlatformDep } from '../platform.ts'
import type { LookupsDep, TenancyDep } from '../tenancy/tenancy.ts'
import type { Failover } from './failover.ts'
import type { Journal } from './journal.ts'
import { createKnownCallers } from './known-callers.ts'
import { rememberSessions } from './remember-sessions.ts'
import { type ReplayDeps, replayJournal } from './replay-journal.ts'
import { type WatchDeps, type WatchState, watchDatabase } from './watch-database.ts'

export interface FailoverParts extends WatchDeps, Pick<PlatformDep, 'subtle'> {
  readonly journal: Journal
  readonly tenancy: TenancyDep & LookupsDep & ClaimStepsDep
  readonly sessions: SessionKeeper
}

/** Failover, and what reads the database as it must be read beside it: nobody waits for one that is away. */
export interface CreatedFailover {
  readonly failover: Failover
  readonly tenancy: TenancyDep & LookupsDep & ClaimStepsDep
  readonly sessions: SessionKeeper
}

export function createFailover(parts: FailoverParts, start: WatchState): CreatedFailover {
  const { journal, now, tenancy, sessions } = parts
  const watch = watchDatabase(parts, start)
  const tx: TenancyDep['tx'] = (tenant, work) => watch.guard(() => tenancy.tx(tenant, work))
  const callers = createKnownCallers({ tx, now, journal })
  const failover = { watch, journal, callers }
  const { lookups, claimSteps } = tenancy
  return {
    failover,
    tenancy: {
      tx,
      claimSteps: {
        readFacts: (tenant, claim) => watch.guard(() => claimSteps.readFacts(tenant, claim)),
        insert: (tenant, claim) => watch.guard(() => claimSteps.insert(tenant, claim)),
        recall: claimSteps.recall,
        insertForetold: (tenant, claim) =>
          watch.guard(() => claimSteps.insertForetold(tenant, claim)),
      },
      lookups: {
        findUser: (email) => watch.guard(() => lookups.findUser(email)),
        findSession: (id) => watch.guard(() => lookups.findSession(id)),
        findDevice: (device) => watch.guard(() => lookups.findDevice(device)),
        findEvent: (event) => watch.guard(() => lookups.findEvent(event)),
        findPairingCode: (hash) => watch.guard(() => lookups.findPairingCode(hash)),
        findTenants: (after, limit) => watch.guard(() => lookups.findTenants(after, limit)),
      },
    },
    sessions: rememberSessions(parts, sessions, failover),
  }
}

export interface RunFailoverDeps extends Omit<ReplayDeps, 'journal'> {
  /** What must be done before each replay; where it fails, the database counts as away. */
  readonly beforeReplay: () => Promise<void>
}

/** Watches the database and replays what was journaled, until the signal is raised. */
export function runFailover(
  deps: RunFailoverDeps,
  { watch, journal }: Failover,
  signal: AbortSignal,
): Promise<void> {
  const replay = async (caughtUp: () => void) => {
    await deps.beforeReplay()
    return replayJournal({ ...deps, journal }, caughtUp, signal)
  }
  return watch.run(replay, signal)
}
