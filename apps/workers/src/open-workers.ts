import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { createWorkFigures, runWorkers, type WorkFigures } from '@eventpass/api'
import { openBroker, openLiveBus } from '@eventpass/broker'
import { isDatabaseAway, openDatabase, openTenancy } from '@eventpass/db'
import type { Logger } from 'pino'
import type { Env } from './env.ts'

export interface OpenedWorkers {
  readonly figures: WorkFigures
  /** Whether each dependency that this process needs answers, by name. */
  readonly askDependencies: () => Promise<Readonly<Record<string, boolean>>>
  readonly close: () => Promise<void>
}

/** Everything that runs in a worker process, and how to end it with nothing lost. */
export async function openWorkers(env: Env, log: Logger): Promise<OpenedWorkers> {
  const warn = (sentence: string) => log.warn(sentence)
  const database = await openDatabase({ url: env.DATABASE_URL })
  await database.migrate()
  const { tenancy, across } = openTenancy(database)
  await across.bell.listen()
  const broker = await openBroker({ url: env.AMQP_URL, namespace: env.NAMESPACE, warn })
  const live = await openLiveBus({ url: env.REDIS_URL, namespace: env.NAMESPACE, warn })
  const figures = createWorkFigures()
  const workers = await runWorkers({
    ...tenancy,
    ...across,
    ...{ broker, live, warn, isDatabaseAway },
    figures,
    now: () => Date.now(),
    random: (count) => new Uint8Array(randomBytes(count)),
    subtle: globalThis.crypto.subtle,
    pause: (ms, signal) => delay(ms, undefined, { signal }).catch(() => undefined),
  })
  return {
    figures,
    askDependencies: async () => ({ postgres: await database.isUp(), broker: broker.isUp() }),
    async close() {
      await workers.stop()
      await broker.close()
      await live.close()
      await across.bell.close()
      await database.close()
    },
  }
}
