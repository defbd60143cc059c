import { setTimeout as pause } from 'node:timers/promises'
import postgres from 'postgres'

/** A database that takes longer to say that it is there is as good as away. */
const probeMsMax = 1_000

/** Asks a Postgres whether it can be written to, over one connection that nothing else uses. */
export function createProber(url: string): {
  readonly probe: () => Promise<boolean>
  readonly close: () => void
} {
  let client: postgres.Sql | null = null
  /** Nobody waits for it: a line that is dead may take its time to say so. */
  const letGo = () => {
    const old = client
    client = null
    old?.end({ timeout: 0 }).catch(() => undefined)
  }
  return {
    async probe() {
      // A connection that failed once is not waited for: the next probe opens another.
      client ??= postgres(url, {
        ...{ max: 1, onnotice: () => {}, connect_timeout: probeMsMax / 1_000, backoff: () => 0 },
        connection: { application_name: 'eventpass-probe' },
      })
      const over = new AbortController()
      const late = pause(probeMsMax, false, { signal: over.signal }).catch(() => false)
      // A standby answers and takes nothing.
      const asked = client`select not pg_is_in_recovery() as up`.then(
        ([row]) => row?.up === true,
        () => false,
      )
      const up = await Promise.race([asked, late])
      over.abort()
      if (!up) letGo()
      return up
    },
    close: letGo,
  }
}
