import { mkdir } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { listenFault, StartFault, startOrTell } from '@eventpass/db'
import { pino } from 'pino'
import { openCentral } from './compose/open-central.ts'
import { openDemo } from './demo/seed-demo.ts'
import { tellAddresses } from './demo/tell-addresses.ts'
import { readEnv } from './env.ts'
import { createServer } from './http/create-server.ts'
import { openLan } from './lan/open-lan.ts'

const builtDoor = new URL('../../door/dist', import.meta.url).pathname
const builtAdmin = new URL('../../admin', import.meta.url).pathname

await startOrTell(start)

async function start(): Promise<void> {
  const wantsLan = asksForLan()
  const env = readEnv(process.env)
  const log = pino({
    level: env.LOG_LEVEL,
    redact: ['req.headers.authorization', 'req.headers.cookie', 'password', 'code', 'pass'],
  })
  await makeDataDir(env.DATA_DIR)
  const host = env.HOST ?? (wantsLan ? '0.0.0.0' : '127.0.0.1')
  const lan = wantsLan
    ? await openLan({ dir: env.DATA_DIR, host, port: env.PORT, nowMs: Date.now() })
    : null
  const origin = env.PUBLIC_ORIGIN ?? lan?.origin ?? `http://localhost:${env.PORT}`
  const central = await openCentral(env, log)
  const hasDatabase = central.failover?.watch.state() !== 'away'
  const demo = env.DEMO && hasDatabase ? await openDemo(central, env.DATA_DIR) : null
  const server = await createServer({
    central,
    log,
    origin,
    pages: env.PAGES ? { doorDir: builtDoor, adminDir: builtAdmin } : null,
    demo,
    tls: lan?.tls ?? null,
  })
  await server.listen({ host, port: env.PORT }).catch((error: unknown) => {
    const variable = { host: 'HOST', port: 'PORT' }
    throw listenFault(error, { host, port: env.PORT, next: env.PORT + 1, variable })
  })
  await lan?.listen()
  console.log(tellAddresses({ origin, demo, lan }))

  let ending = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (ending) process.exit(1)
      ending = true
      server
        .close()
        .then(() => lan?.close())
        .then(() => central.close())
        .then(
          () => process.exit(0),
          (error: unknown) => {
            log.fatal({ err: error }, 'The server did not end cleanly.')
            process.exit(1)
          },
        )
    })
  }
}

function asksForLan(): boolean {
  try {
    return parseArgs({ options: { lan: { type: 'boolean' } } }).values.lan === true
  } catch (error) {
    throw new StartFault(`${error instanceof Error ? error.message : error} Only --lan is known.`)
  }
}

async function makeDataDir(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 }).catch(({ message }: Error) => {
    throw new StartFault(
      `The folder for data cannot be made: ${message}. Choose another DATA_DIR, or give this user the right to it.`,
    )
  })
}
