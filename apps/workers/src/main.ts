import { startOrTell } from '@eventpass/db'
import { pino } from 'pino'
import { readEnv } from './env.ts'
import { openWorkers } from './open-workers.ts'
import { serveFigures } from './serve-figures.ts'

await startOrTell(async () => {
  const env = readEnv(process.env)
  const log = pino({ level: env.LOG_LEVEL })
  const workers = await openWorkers(env, log)
  const figures = await serveFigures(workers, {
    host: env.WORKER_HOST,
    port: env.WORKER_PORT ?? null,
  })
  log.info(
    `The worker is at work; http://${env.WORKER_HOST}:${figures.port}/health tells how. End it with SIGTERM; what is in flight is finished.`,
  )

  let ending = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // Asked twice: at once. What was in flight comes again elsewhere.
      if (ending) process.exit(1)
      ending = true
      Promise.all([workers.close(), figures.close()]).then(
        () => process.exit(0),
        (error: unknown) => {
          log.fatal({ err: error }, 'The worker did not end cleanly.')
          process.exit(1)
        },
      )
    })
  }
})
