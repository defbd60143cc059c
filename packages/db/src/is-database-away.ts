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

/** True where an error speaks of the database being away or busy, and so says nothing of the work. */
export function isDatabaseAway(error: unknown): boolean {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    const code = 'code' in inner ? String(inner.code) : ''
    if (awayCodes.includes(code) || lostRaces.includes(code)) return true
    if (/^[0-9A-Z]{5}$/.test(code) && awayClasses.includes(code.slice(0, 2))) return true
  }
  return false
}
