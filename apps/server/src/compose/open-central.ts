import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import {
  type ApiDeps,
  type Broker,
  consumeReconcile,
  createRateLimiter,
  runRelay,
} from '@eventpass/api'
import {
  createInProcessBroker,
  createInProcessLiveBus,
  createInProcessShed,
  createRabbitBroker,
  createRedisShed,
} from '@eventpass/broker'
import {
  createOutboxStore,
  createPasswordHasher,
  createSessionKeeper,
  createTenancy,
  type Database,
  openDatabase,
  readIncarnation,
} from '@eventpass/db'
import { createSheetReader } from '@eventpass/sheets'
import { base64urlFromBytes } from '@eventpass/sync'
import { deriveTenantKey } from '@eventpass/token'
import type { Logger } from 'pino'
import type { Env } from '../env.ts'
import { loadMasterKey } from '../keys/master-key.ts'
import { derivePassKey } from '../keys/pass-key.ts'
import { deriveSigningKey } from '../keys/signing-key.ts'
import { createSnapshotBuilds } from '../snapshots/snapshot-builds.ts'
import { createQuickSubtle } from './quick-subtle.ts'

const retryDelayMs = 1_000

/** Central, composed: what the HTTP side needs, and how to end it. */
export interface Central {
  readonly deps: ApiDeps
  readonly database: Database
  readonly broker: Broker
  /** Null where claims queue up within this process. */
  readonly redis: { readonly isUp: () => boolean } | null
  readonly snapshotsDir: string
  readonly masterKey: Uint8Array<ArrayBuffer>
  readonly close: () => Promise<void>
}

/**
 * Opens database and broker, brings the schema up to date and starts relay and, on the
 * embedded broker, the reconcile worker within this process.
 */
export async function openCentral(env: Env, log: Logger): Promise<Central> {
  const { DATABASE_URL, DATA_DIR } = env
  const database = await openDatabase(
    DATABASE_URL ? { url: DATABASE_URL } : { dataDir: join(DATA_DIR, 'pglite') },
  )
  await database.migrate()
  const broker = await openBroker(env, log)
  const subtle = createQuickSubtle()
  const masterKey = await loadMasterKey(env.MASTER_KEY, DATA_DIR)
  const signing = await deriveSigningKey(masterKey)
  const tenancy = createTenancy(database.drizzle)
  const snapshotsDir = join(DATA_DIR, 'snapshots')
  const now = () => Date.now()
  const live = createInProcessLiveBus()
  const warn = (sentence: string) => log.warn(sentence)
  const redis = env.REDIS_URL
    ? createRedisShed({ url: env.REDIS_URL, prefix: env.REDIS_PREFIX, warn })
    : null

  const deps: ApiDeps = {
    ...tenancy,
    now,
    random: (count) => new Uint8Array(randomBytes(count)),
    subtle,
    sessions: createSessionKeeper(database.drizzle, tenancy),
    passwords: createPasswordHasher(),
    signupOpen: env.SIGNUP,
    limits: createRateLimiter({ now }),
    live,
    node: 'central',
    incarnation: await readIncarnation(database),
    centralKey: signing.privateKey,
    centralPoint: base64urlFromBytes(signing.publicKey),
    passKey: await derivePassKey(masterKey),
    tenantKey: (tenant) => deriveTenantKey(subtle, masterKey, tenant),
    shed: redis ?? createInProcessShed(),
    sheets: createSheetReader(join(DATA_DIR, 'uploads')),
    snapshotBuilds: createSnapshotBuilds({ tx: tenancy.tx, now, dir: snapshotsDir, log }),
  }

  const ending = new AbortController()
  const relay = runRelay(
    {
      outbox: createOutboxStore(database.drizzle, tenancy),
      broker,
      sleep: (ms, signal) => delay(ms, undefined, { signal }).catch(() => undefined),
      warn: (sentence) => log.warn(sentence),
    },
    ending.signal,
  )
  const worker = env.AMQP_URL ? null : await consumeReconcile({ ...tenancy, live, broker })

  return {
    deps,
    database,
    broker,
    redis,
    snapshotsDir,
    masterKey,
    async close() {
      ending.abort()
      await relay
      await worker?.stop()
      await broker.close()
      await redis?.close()
      await database.close()
    },
  }
}

function openBroker({ AMQP_URL }: Env, log: Logger): Promise<Broker> | Broker {
  if (!AMQP_URL) return createInProcessBroker({ retryDelayMs })
  return createRabbitBroker({
    url: AMQP_URL,
    retryDelayMs,
    warn: (sentence) => log.warn(sentence),
  })
}
