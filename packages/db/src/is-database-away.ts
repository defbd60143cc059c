/** Classes of SQLSTATE (Postgres, appendix A) that say that the server is away, ending or too busy. */
const awayClasses = ['08', '53', '57', '58']
/** A transaction that the server gave up for the sake of another: the same again may succeed. */
const lostRaces = ['40001', '40P01', '55P03']
/** What postgres.js and Node call a connection that is not there. */
const awayCodes = [
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENOENT',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]

/**
 * Of the same, those that say that the server is not there to write to: connection exceptions, ended or
 * starting up by an operator, out of connections or disk, a standby. A statement that was cancelled or
 * lost a race is none.
 */
const goneStates = /^(08...|57P0[123]|53...|25006)$/

/** True where an error speaks of the database being away or busy, and so says nothing of the work. */
export function isDatabaseAway(error: unknown): boolean {
  return codesOf(error).some(
    (code) =>
      awayCodes.includes(code) ||
      lostRaces.includes(code) ||
      (/^[0-9A-Z]{5}$/.test(code) && awayClasses.includes(code.slice(0, 2))),
  )
}

/** True where an error says that the database is not there: what was asked is journaled then (CL4). */
export function isDatabaseGone(error: unknown): boolean {
  return codesOf(error).some((code) => awayCodes.includes(code) || goneStates.test(code))
}

function codesOf(error: unknown): readonly string[] {
  const codes: string[] = []
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    if ('code' in inner) codes.push(String(inner.code))
  }
  return codes
}
