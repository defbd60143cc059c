import { createHash } from 'node:crypto'
import type { Entry, Run } from './plan.ts'

/** A step keeps this many runs, newest first; the one its status rests on is always kept. */
export const runsPerStepMax = 20

export type EntryDraft = Partial<Omit<Entry, 'id' | 'at' | 'event'>> & Pick<Entry, 'event'>

/** Completes a line of history and gives it the id that is a digest of all the rest. */
export function sealEntry(draft: EntryDraft, at: string): Entry {
  const rest: Omit<Entry, 'id'> = {
    at,
    event: draft.event,
    step: draft.step ?? null,
    status: draft.status ?? null,
    run: draft.run ?? null,
    by: draft.by ?? null,
    reason: draft.reason ?? null,
    note: draft.note ?? null,
    current: draft.current ?? null,
  }
  return { id: entryId(rest), ...rest }
}

export function sealRun(rest: Omit<Run, 'id'>): Run {
  return { id: runId(rest), ...rest }
}

/** Whether a line is as it was written, so that a line edited by hand counts for nothing. */
const entryIsIntact = (entry: Entry): boolean => entryId(entry) === entry.id
const runIsIntact = (run: Run): boolean => runId(run) === run.id

/**
 * Joins histories as sets: the order and the number of sources change nothing, and an intact
 * line is never lost. Lines whose id does not fit their content are left out.
 */
export function joinHistories(...sources: readonly (readonly Entry[])[]): Entry[] {
  return joined(sources, entryIsIntact, (entry) => entry.at)
}

/** Joins runs as sets, in the order of their times. */
export function joinRuns(...sources: readonly (readonly Run[])[]): Run[] {
  return joined(sources, runIsIntact, (run) => run.startedAt)
}

/** Adds runs to those that are there, whose ids are known to be right, in the order of their times. */
export function inTimeOrder(runs: readonly Run[], added: readonly Run[]): readonly Run[] {
  if (added.length === 0) return runs
  const known = new Set(runs.map((run) => run.id))
  const fresh = added.filter((run) => !known.has(run.id))
  return [...runs, ...fresh].sort(
    (a, b) => compare(a.startedAt, b.startedAt) || compare(a.id, b.id),
  )
}

/** Drops the oldest runs of each step beyond the bound, but none in `needed`. */
export function keepNewestRuns(
  runs: readonly Run[],
  needed: ReadonlySet<string | null>,
): readonly Run[] {
  if (runs.length <= runsPerStepMax) return runs

  const laterByStep = new Map<string, number>()
  const kept = runs.toReversed().filter((run) => {
    const later = laterByStep.get(run.step) ?? 0
    laterByStep.set(run.step, later + 1)
    return later < runsPerStepMax || needed.has(run.id)
  })
  return kept.reverse()
}

function joined<T extends { readonly id: string }>(
  sources: readonly (readonly T[])[],
  isIntact: (item: T) => boolean,
  timeOf: (item: T) => string,
): T[] {
  const byId = new Map(
    sources
      .flat()
      .filter(isIntact)
      .map((item) => [item.id, item]),
  )
  return [...byId.values()].sort((a, b) => compare(timeOf(a), timeOf(b)) || compare(a.id, b.id))
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function entryId(entry: Omit<Entry, 'id'>): string {
  const { at, event, step, status, run, by, reason, note, current } = entry
  return digest([at, event, step, status, run, by, reason, note, current])
}

function runId(run: Omit<Run, 'id'>): string {
  const { step, purpose, command, attempt, waitedMs, startedAt, durationMs } = run
  const { outcome, exitCode, tests, commit, dirty, outputTail } = run
  const what = [outcome, exitCode, tests, commit, dirty, outputTail]
  return digest([step, purpose, command, attempt, waitedMs, startedAt, durationMs, ...what])
}

/** 64 bits of SHA-256: enough that no two lines of one plan meet by chance. */
export function digest(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)
}
