import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createClient, LibsqlError, type Transaction } from '@libsql/client/sqlite3'
import { ok, type Result, refused } from './result.ts'

/** One holder at a time, among all processes of this machine. */
export interface PlanLock {
  /** Runs `work` as the only holder; `busy` when the wait was over before the lock was free. */
  hold<T>(work: () => Promise<T>): Promise<Result<T>>
  close(): void
}

export interface PlanLockOptions {
  /** A file of the lock's own; it stays empty. */
  readonly path: string
  /** How long to wait for another holder; 0 asks once. */
  readonly waitMaxMs: number
  /** What the holder does, shown to those who find the lock taken. */
  readonly purpose: string
}

const pauseMinMs = 2
const pauseMaxMs = 25

/**
 * Makes a lock out of SQLite's own write lock on an empty database.
 *
 * The kernel drops that lock with the process, however it ends. So there is no stale lock to
 * recognise, and no guess whether a process id was given to someone else meanwhile. The note
 * beside it tells people who holds it and decides nothing.
 */
export function createPlanLock({ path, waitMaxMs, purpose }: PlanLockOptions): PlanLock {
  mkdirSync(dirname(path), { recursive: true })
  const client = createClient({ url: `file:${path}`, timeout: 0 })
  const note = `${path}.holder`

  return {
    async hold(work) {
      const taken = await takeWithin(() => client.transaction('write'), waitMaxMs)
      if (taken === null) return busy(note, waitMaxMs)
      try {
        writeFileSync(note, `process ${process.pid}, ${purpose}`)
        return ok(await work())
      } finally {
        await taken.rollback()
      }
    },
    close: () => client.close(),
  }
}

async function takeWithin(
  take: () => Promise<Transaction>,
  waitMaxMs: number,
): Promise<Transaction | null> {
  const deadline = performance.now() + waitMaxMs
  for (;;) {
    try {
      return await take()
    } catch (error) {
      if (!(error instanceof LibsqlError) || error.code !== 'SQLITE_BUSY') throw error
    }
    const leftMs = deadline - performance.now()
    if (leftMs <= 0) return null
    const wantedMs = pauseMinMs + Math.random() * (pauseMaxMs - pauseMinMs)
    await pause(Math.min(wantedMs, leftMs))
  }
}

function busy(note: string, waitedMs: number): Result<never> {
  const waited = waitedMs > 0 ? ` and did not finish within ${waitedMs / 1000} s` : ''
  return refused(
    'busy',
    `Another worker (${holderOf(note)}) is at the plan${waited}.`,
    'Wait for it to end, or end it; its lock falls with it.',
  )
}

function holderOf(note: string): string {
  try {
    return readFileSync(note, 'utf8')
  } catch {
    return 'which has left no note'
  }
}
