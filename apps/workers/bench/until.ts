import { setTimeout as delay } from 'node:timers/promises'
import type { Sql } from 'postgres'

const waitMsMax = 180_000
const lookEveryMs = 10

/** Resolves when so many scans of the event were ruled on: each ruling has a revision of its own. */
export async function untilRuled(sql: Sql, event: string, count: number): Promise<void> {
  const endMs = performance.now() + waitMsMax
  while (performance.now() < endMs) {
    const [row] = await sql`
      select rulings_revision::int as ruled from event_revisions where event = ${event}`
    if (row?.ruled >= count) return
    await delay(lookEveryMs)
  }
  throw new Error(`Not all of ${count} scans were ruled on within ${waitMsMax} ms.`)
}
