import type { PlanFailure } from './result.ts'

/** A Postgres that cannot be reached, does not let us in, or is going down. */
const databaseCodes =
  /^(?:ECONN\w+|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|CONNECT\w+|CONNECTION\w+|28\w{3}|3D000|42501|53\w{3}|57P\w{2})$/

/** A disk that is full, or a folder that this user may not write. */
const diskCodes =
  /^(?:EACCES|EPERM|EROFS|ENOSPC|EDQUOT|ENOTDIR|EISDIR|SQLITE_(?:CANTOPEN|READONLY|FULL|IOERR)\w*)$/

/**
 * Says what an error means where the place that keeps the plan is at fault; null for everything
 * else, which is a bug and is to be thrown on. The table and the mirror are whole: a change is
 * written all or nothing.
 */
export function failureOfStorage(error: unknown): PlanFailure | null {
  for (const { code, message } of causesOf(error)) {
    if (databaseCodes.test(code)) {
      return {
        kind: 'storage',
        message: `The Postgres of PLAN_DATABASE_URL cannot be used: ${message}`,
        hint: 'Start it or mend the address; without PLAN_DATABASE_URL the table is a file of this project.',
      }
    }
    if (diskCodes.test(code)) {
      return {
        kind: 'storage',
        message: `The tracker cannot write its files: ${message}`,
        hint: 'Give it room and the right to write in plan/ and .eventpass/, then try again.',
      }
    }
  }
  return null
}

/** Why an address is none of a Postgres; null where it may be one. */
export function failureOfAddress(url: string): PlanFailure | null {
  if (URL.canParse(url) && /^postgres(?:ql)?:$/.test(new URL(url).protocol)) return null
  return {
    kind: 'storage',
    message: 'PLAN_DATABASE_URL is no address of a Postgres.',
    hint: 'Expected postgres://user:password@host:port/database; without it the table is a file of this project.',
  }
}

/** An error and what caused it, each with its code, outermost first. */
function causesOf(error: unknown): { code: string; message: string }[] {
  if (!(error instanceof Error)) return []
  const code = 'code' in error ? String(error.code) : ''
  const inner = error instanceof AggregateError ? error.errors : [error.cause]
  return [{ code, message: error.message }, ...inner.flatMap(causesOf)]
}
