import type { Client } from '@libsql/core/api'

/** Tells a number that SQLite keeps in the file's header, such as `user_version`. */
export async function readPragma(client: Client, name: string): Promise<number> {
  const { rows } = await client.execute(`PRAGMA ${name}`)
  return Number(rows[0]?.[0] ?? 0)
}

/**
 * Sets a connection up: WAL, and a flush at every commit (SY1: FULL, not NORMAL).
 *
 * Where there is no shared memory (OPFS), `locking_mode = exclusive` must have come before.
 */
export async function prepareConnection(client: Client): Promise<void> {
  const { rows } = await client.execute('PRAGMA journal_mode = wal')
  if (rows[0]?.[0] !== 'wal') throw new Error('The database refused WAL: close its other users.')
  await client.execute('PRAGMA synchronous = full')
  await client.execute('PRAGMA temp_store = memory')
  // What is forgotten (raw codes, erased people) must not stay readable in free pages.
  await client.execute('PRAGMA secure_delete = on')
}

/**
 * Puts what was written into the file itself and empties the log beside it, which would go on holding
 * pages as they were. To be called between transactions.
 */
export async function emptyLog(client: Client): Promise<void> {
  await client.execute('PRAGMA wal_checkpoint(truncate)')
}

/** True where every page, index and order of the file is as it should be. */
export async function passesQuickCheck(client: Client): Promise<boolean> {
  const { rows } = await client.execute('PRAGMA quick_check(1)')
  return rows[0]?.[0] === 'ok'
}

const damageCodes: ReadonlySet<string> = new Set(['SQLITE_CORRUPT', 'SQLITE_NOTADB'])

/** A browser that is out of room fails a write as one that could not be done. */
const refusalCodes: ReadonlySet<string> = new Set(['SQLITE_FULL', 'SQLITE_IOERR', 'ENOSPC'])

/** True for errors that speak of the file, not of the statement or of the moment. */
export function isDamage(error: unknown): boolean {
  return hasCode(error, damageCodes)
}

/** True where the disk did not take what was to be written. */
export function isRefusedWrite(error: unknown): boolean {
  return isOverQuota(error) || hasCode(error, refusalCodes)
}

/** How a browser says so for a plain file. */
function isOverQuota(error: unknown): boolean {
  return error instanceof Error && error.name === 'QuotaExceededError'
}

function hasCode(error: unknown, codes: ReadonlySet<string>): boolean {
  const code = codeOf(error)
  if (code !== null && codes.has(code)) return true
  return error instanceof Error && error.cause !== undefined && hasCode(error.cause, codes)
}

function codeOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null
  return typeof error.code === 'string' ? error.code : null
}
