import { pino } from 'pino'
import { readEnv } from './env.ts'
import { openWorkers } from './open-workers.ts'

const env = readEnv(process.env)
const log = pino({ level: env.LOG_LEVEL })
const workers = await openWorkers(env, log)
log.info('The worker is at work. End it with SIGTERM; what is in flight is finished.')

let ending = false
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // Asked twice: at once. What was in flight comes again elsewhere.
    if (ending) process.exit(1)
    ending = true
    workers.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.fatal({ err: error }, 'The worker did not end cleanly.')
        process.exit(1)
      },
    )
  })
}
