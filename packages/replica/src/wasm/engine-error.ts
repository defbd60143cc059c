import { LibsqlError } from '@libsql/core/api'

const codesByNumber: Readonly<Record<number, string>> = {
  5: 'SQLITE_BUSY',
  8: 'SQLITE_READONLY',
  10: 'SQLITE_IOERR',
  11: 'SQLITE_CORRUPT',
  13: 'SQLITE_FULL',
  14: 'SQLITE_CANTOPEN',
  19: 'SQLITE_CONSTRAINT',
  26: 'SQLITE_NOTADB',
}

/** An error of the engine as the one that `@libsql/client` throws; others stay as they are. */
export function toLibsqlError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof LibsqlError) return error
  if (!('resultCode' in error) || typeof error.resultCode !== 'number') return error
  const raw = error.resultCode
  const code = codesByNumber[raw & 0xff] ?? 'SQLITE_ERROR'
  return new LibsqlError(error.message, code, undefined, raw, error)
}
