import { setTimeout as delay } from 'node:timers/promises'
import {
  type ClaimStepsDep,
  createFailover,
  type Failover,
  type LookupsDep,
  type ReplayEnd,
  type RunFailoverDeps,
  runFailover,
  type SessionKeeper,
  type TenancyDep,
} from '@eventpass/api'
import { type Database, isDatabaseGone, readIncarnation } from '@eventpass/db'
import { openOwnJournal } from './open-journal.ts'

/** Between two sentences about a Postgres that a starting node waits for. */
const saidEveryMs = 10_000
const lookEveryMs = 500

/** How many journal entries ended how, since this process started. */
export type ReplayFigures = Record<ReplayEnd, number>

/** What a node works with where its database may go away. */
export interface OpenedFailover {
  readonly failover: Failover
  readonly tenancy: TenancyDep & LookupsDep & ClaimStepsDep
  readonly sessions: SessionKeeper
  readonly replayed: ReplayFigures
  /** The life of the database: the last that this node has seen, until it sees it again. */
  readonly incarnation: () => string
  /**
   * Begins to watch. `begin` is what needs the database and could not be done yet: it is done, once,
   * before anything is replayed. The rest is what replaying asks of central.
   */
  readonly run: (
    deps: Omit<RunFailoverDeps, 'isGone' | 'onReplayed' | 'warn' | 'beforeReplay'>,
    begin: () => Promise<void>,
  ) => Promise<void>
  readonly close: () => Promise<void>
}

interface FailoverOptions {
  readonly database: Database
  readonly dataDir: string
  readonly tenancy: TenancyDep & LookupsDep & ClaimStepsDep
  readonly sessions: SessionKeeper
  readonly subtle: SubtleCrypto
  readonly now: () => number
  readonly warn: (sentence: string) => void
}

/**
 * Opens the journal and looks at Postgres.
 *
 * Where it is away, a node that has worked with it before comes up all the same and journals; one that
 * has not knows no pass, no device and no key to go by: it waits, and says so.
 */
export async function openFailover(options: FailoverOptions): Promise<OpenedFailover> {
  const { database, dataDir, subtle, warn, now } = options
  const own = await openOwnJournal(dataDir, warn)
  const known = await own.journal.readFact('incarnation')
  let up = await database.probe()
  if (!up && known === null) {
    await waitFor(database, warn)
    up = true
  }
  if (!up) warn('Postgres is away. This node starts all the same and journals until it is back.')
  const { waiting } = await own.journal.readFigures()
  const pause = (ms: number, signal: AbortSignal) =>
    delay(ms, undefined, { signal }).catch(() => undefined)
  const { tenancy, sessions } = options
  const created = createFailover(
    {
      ...{ now, subtle, warn, pause, tenancy, sessions },
      ...{ probe: database.probe, isGone: isDatabaseGone, journal: own.journal },
    },
    up ? (waiting > 0 ? 'returning' : 'up') : 'away',
  )
  const { watch } = created.failover
  const replayed: ReplayFigures = { confirmed: 0, incident: 0, pushed: 0, parked: 0 }
  const ending = new AbortController()
  let incarnation = known ?? ''
  let begun = false
  let running: Promise<void> = Promise.resolve()

  return {
    ...created,
    replayed,
    incarnation: () => incarnation,
    async run(deps, begin) {
      const beginOnce = async () => {
        if (begun) return
        await database.migrate()
        incarnation = await readIncarnation(database)
        await own.journal.keepFact('incarnation', incarnation, now())
        await begin()
        begun = true
      }
      if (watch.state() !== 'away') await beginOnce()
      const onReplayed = (end: ReplayEnd) => {
        replayed[end] += 1
      }
      const all = { ...deps, warn, onReplayed, isGone: isDatabaseGone, beforeReplay: beginOnce }
      running = runFailover(all, created.failover, ending.signal)
    },
    async close() {
      ending.abort()
      await running
      await created.failover.callers.settled()
      await own.close()
    },
  }
}

async function waitFor(database: Database, warn: (sentence: string) => void): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += lookEveryMs) {
    if (waitedMs % saidEveryMs === 0) {
      warn(
        'Postgres does not answer at DATABASE_URL, and this node has never worked with it. It waits until it does.',
      )
    }
    await delay(lookEveryMs)
    if (await database.probe()) return
  }
}
