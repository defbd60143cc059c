import { describeCause } from '../outbox/describe-cause.ts'

/** Between two looks at a database that answers. */
const lookEveryMs = 1_000
/** Between two looks at one that does not, or that somebody just missed. */
const lookSoonMs = 150
/** Looks in a row that decide: one alone may be a backend that an operator ended (hysteresis). */
const missesUntilAway = 2
const hitsUntilBack = 3

/** `returning`: it answers again, and what was journaled is replayed before anything new is decided. */
export type WatchState = 'up' | 'away' | 'returning'

export interface WatchDeps {
  readonly now: () => number
  /** Whether the database can be worked with now. Never rejects and ends by itself. */
  readonly probe: () => Promise<boolean>
  /** Whether an error says that the database is not there, and so nothing of the work. */
  readonly isGone: (error: unknown) => boolean
  /** Resolves after so many ms, or as soon as the signal is raised. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
  readonly warn: (sentence: string) => void
}

type Attempted<T> = { readonly done: true; readonly value: T } | { readonly done: false }

/** Knows whether the database is there, by errors of work and by looking. */
export interface DatabaseWatch {
  readonly state: () => WatchState
  /** Whether an error says that the database is not there, and so nothing of the work. */
  readonly isGone: (error: unknown) => boolean
  /** When it went; null while it is up. */
  readonly awaySinceMs: () => number | null
  /**
   * Runs work that can be journaled: once more where its connection was lost, and `done: false` where
   * the database is away, goes away meanwhile, or what was journaled before is still to be replayed.
   */
  readonly attempt: <T>(work: () => Promise<T>) => Promise<Attempted<T>>
  /** Runs any other work; it fails at once while the database is away, with an error that says so. */
  readonly guard: <T>(work: () => Promise<T>) => Promise<T>
  /**
   * Looks until the signal is raised. Whenever the database answers, `replay` does what was journaled;
   * it calls `caughtUp` when new work need not wait for it any longer, and answers false where the
   * database went away again.
   */
  readonly run: (
    replay: (caughtUp: () => void) => Promise<boolean>,
    signal: AbortSignal,
  ) => Promise<void>
}

/** As an adapter says it: SQLSTATE class 08, connection exception. */
class DatabaseGone extends Error {
  readonly code = '08006'
  constructor() {
    super('The database is away.')
  }
}

/** `start` is what the caller has seen: `returning` where an earlier life left something to replay. */
export function watchDatabase(deps: WatchDeps, start: WatchState): DatabaseWatch {
  let state = start
  let sinceMs = start === 'up' ? null : deps.now()
  let misses = 0
  let hits = 0
  let nudged = new AbortController()
  const givingUp = new Set<(error: Error) => void>()

  /** Ends with the work or when the database is found away, so that nobody waits for a dead line. */
  const racing = <T>(work: () => Promise<T>) =>
    new Promise<T>((resolve, reject) => {
      givingUp.add(reject)
      const end = () => void givingUp.delete(reject)
      work().then(resolve, reject).finally(end)
    })
  const suspect = () => {
    misses = Math.max(misses, 1)
    nudged.abort()
  }
  const goAway = () => {
    hits = 0
    if (state === 'up') {
      deps.warn('Postgres is away. Claims and pushes are journaled until it is back.')
    }
    state = 'away'
    sinceMs ??= deps.now()
    for (const giveUp of [...givingUp]) giveUp(new DatabaseGone())
  }
  const openUp = () => {
    if (state !== 'returning') return
    state = 'up'
    sinceMs = null
    deps.warn('Postgres is back, and everything goes through it again.')
  }
  const replayAll = async (replay: (caughtUp: () => void) => Promise<boolean>) => {
    if (state === 'away') state = 'returning'
    const failed = (error: unknown) => {
      if (!deps.isGone(error))
        deps.warn(`The database cannot be worked with: ${describeCause(error)}`)
      return false
    }
    if (await replay(openUp).catch(failed)) return openUp()
    misses = Math.max(misses, 1)
    if (state === 'returning') goAway()
  }

  return {
    state: () => state,
    isGone: deps.isGone,
    awaySinceMs: () => sinceMs,
    async attempt(work) {
      for (let tries = 0; tries < 2 && state === 'up'; tries += 1) {
        try {
          return { done: true, value: await racing(work) }
        } catch (error) {
          if (!deps.isGone(error)) throw error
          suspect()
        }
      }
      return { done: false }
    },
    guard(work) {
      const guarded = state === 'away' ? Promise.reject(new DatabaseGone()) : racing(work)
      // Whoever asks early and awaits later must not end the process when it fails in between.
      guarded.catch(() => undefined)
      return guarded
    },
    async run(replay, signal) {
      let replaying: Promise<void> | null = null
      const stop = () => nudged.abort()
      signal.addEventListener('abort', stop)
      while (!signal.aborted) {
        const answers = await deps.probe()
        if (signal.aborted) break
        misses = answers ? 0 : misses + 1
        hits = answers ? hits + 1 : 0
        if (state !== 'away' && misses >= missesUntilAway) goAway()
        // Beside the looks: a replay that hangs on a lost line is given up as any other work is.
        if (answers && !replaying && (state !== 'away' || hits >= hitsUntilBack)) {
          replaying = replayAll(replay).finally(() => {
            replaying = null
          })
        }
        if (nudged.signal.aborted) nudged = new AbortController()
        await deps.pause(state === 'up' && misses === 0 ? lookEveryMs : lookSoonMs, nudged.signal)
      }
      signal.removeEventListener('abort', stop)
      await replaying
    },
  }
}
