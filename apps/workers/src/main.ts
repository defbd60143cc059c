import { consumeReconcile } from '@eventpass/api'
import { createInProcessLiveBus, createRabbitBroker } from '@eventpass/broker'
import { createTenancy, openDatabase } from '@eventpass/db'
import { pino } from 'pino'
import { readEnv } from './env.ts'

const env = readEnv(process.env)
const log = pino({ level: env.LOG_LEVEL })
const database = await openDatabase({ url: env.DATABASE_URL })
const broker = await createRabbitBroker({
  url: env.AMQP_URL,
  retryDelayMs: 1_000,
  warn: (sentence) => log.warn(sentence),
})
const reconcile = await consumeReconcile({
  ...createTenancy(database.drizzle),
  // Dashboards are served by API nodes, which look again by themselves.
  live: createInProcessLiveBus(),
  broker,
})
log.info('The worker rules over dirty keys. End it with SIGTERM; what is in flight is finished.')

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    await reconcile.stop()
    await broker.close()
    await database.close()
  })
}
