import { setTimeout as sleep } from 'node:timers/promises'
import type { OutboxBell } from '@eventpass/api'
import type { Database } from '../database.ts'

const channel = 'eventpass_outbox'
/** Between two rings to other processes: one of them wakes a relay, more only take the database's time. */
const tellEveryMs = 25

export interface OutboxBellOnDatabase extends OutboxBell {
  /** Tells relays, here at once and elsewhere by NOTIFY, that rows were committed. Never fails. */
  readonly ring: () => void
  /** Begins to hear of other processes. Throws where the database is away. */
  readonly listen: () => Promise<void>
  readonly close: () => Promise<void>
}

/**
 * Wakes relays by LISTEN and NOTIFY.
 *
 * The NOTIFY is not part of the transaction that writes the rows: Postgres holds one lock of the
 * whole cluster from it to the end of the commit, so that every push and claim would queue up behind
 * the others' disk flush. It follows the commit instead, one every few ms whatever the load; what is
 * lost with the process is found by the relay's sweep.
 */
export function createOutboxBell(
  database: Pick<Database, 'notify' | 'listen'>,
): OutboxBellOnDatabase {
  let rung = false
  const waiting = new Set<() => void>()
  const wake = () => {
    rung = true
    for (const resolve of waiting) resolve()
  }

  let telling: Promise<void> | null = null
  let tellAgain = false
  const tellOthers = () => {
    if (telling) {
      tellAgain = true
      return
    }
    telling = database
      .notify(channel)
      // The database is away, or goes: relays sweep.
      .catch(() => undefined)
      .then(() => sleep(tellEveryMs, undefined, { ref: false }))
      .finally(() => {
        telling = null
        if (!tellAgain) return
        tellAgain = false
        tellOthers()
      })
  }

  let unlisten = async () => {}
  return {
    async listen() {
      unlisten = await database.listen(channel, wake)
    },
    ring() {
      wake()
      tellOthers()
    },
    nextRing: (waitMs, signal) =>
      new Promise((resolve) => {
        const done = () => {
          clearTimeout(timer)
          waiting.delete(done)
          signal.removeEventListener('abort', done)
          rung = false
          resolve()
        }
        const timer = setTimeout(done, waitMs)
        waiting.add(done)
        signal.addEventListener('abort', done, { once: true })
        if (rung || signal.aborted) done()
      }),
    async close() {
      tellAgain = false
      await telling
      await unlisten()
    },
  }
}
