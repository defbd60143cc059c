import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import {
  type ApiDeps,
  type Broker,
  createRateLimiter,
  createWorkFigures,
  type Failover,
  runSequencer,
  runWorkers,
  type Workers,
  type WorkFigures,
} from '@eventpass/api'
import {
  createInProcessShed,
  createRedisRateLimiter,
  createRedisShed,
  openBroker,
  openLiveBus,
} from '@eventpass/broker'
import {
  createHeadFiles,
  createPasswordHasher,
  createSessionKeeper,
  type Database,
  isDatabaseAway,
  openDatabase,
  openTenancy,
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
import { openFailover, type ReplayFigures } from './open-failover.ts'
import { createQuickSubtle } from './quick-subtle.ts'

/** Central, composed: what the HTTP side needs, and how to end it. */
export interface Central {
  readonly deps: ApiDeps
  readonly database: Database
  /** Null where other processes do the work. */
  readonly work: { readonly broker: Broker; readonly figures: WorkFigures } | null
  /** Null where claims queue up within this process. */
  readonly redis: { readonly isUp: () => boolean } | null
  /** Null where the database is embedded. */
  readonly failover: (Failover & { readonly replayed: ReplayFigures }) | null
  readonly snapshotsDir: string
  readonly masterKey: Uint8Array<ArrayBuffer>
  readonly close: () => Promise<void>
}

/**
 * Opens the database, brings the schema up to date and, unless other processes do it all, starts the
 * workers within this one.
 */
export async function openCentral(env: Env, log: Logger): Promise<Central> {
  const { DATABASE_URL, DATA_DIR } = env
  const database = await openDatabase(
    DATABASE_URL ? { url: DATABASE_URL } : { dataDir: join(DATA_DIR, 'pglite') },
  )
  const warn = (sentence: string) => log.warn(sentence)
  const subtle = createQuickSubtle()
  const now = () => Date.now()
  const bare = openTenancy(database)
  const { across } = bare
  const bareSessions = createSessionKeeper(database.drizzle, bare.tenancy)
  const failover =
    database.engine === 'postgres'
      ? await openFailover({
          ...{ database, dataDir: DATA_DIR, tenancy: bare.tenancy, sessions: bareSessions },
          ...{ subtle, now, warn },
        })
      : null
  // Embedded, the database ends with this process: nothing can be away, and nothing is journaled.
  const { tenancy, sessions } = failover ?? { ...bare, sessions: bareSessions }
  if (!failover) await database.migrate()
  const embeddedLife = failover ? '' : await readIncarnation(database)
  const masterKey = await loadMasterKey(env.MASTER_KEY, DATA_DIR)
  const signing = await deriveSigningKey(masterKey)
  const snapshotsDir = join(DATA_DIR, 'snapshots')
  const live = await openLiveBus({ url: env.REDIS_URL, namespace: env.NAMESPACE, warn })
  const redis = env.REDIS_URL
    ? createRedisShed({ url: env.REDIS_URL, prefix: `${env.NAMESPACE}:`, warn })
    : null
  const ownLimits = createRateLimiter({ now })
  const sharedLimits = env.REDIS_URL
    ? createRedisRateLimiter({
        url: env.REDIS_URL,
        prefix: `${env.NAMESPACE}:`,
        own: ownLimits,
        warn,
      })
    : null

  const deps: ApiDeps = {
    ...tenancy,
    now,
    random: (count) => new Uint8Array(randomBytes(count)),
    subtle,
    sessions,
    failover: failover?.failover ?? null,
    passwords: createPasswordHasher(),
    signupOpen: env.SIGNUP,
    limits: sharedLimits ?? ownLimits,
    live,
    node: 'central',
    get incarnation() {
      return failover?.incarnation() ?? embeddedLife
    },
    centralKey: signing.privateKey,
    centralPoint: base64urlFromBytes(signing.publicKey),
    passKey: await derivePassKey(masterKey),
    tenantKey: (tenant) => deriveTenantKey(subtle, masterKey, tenant),
    shed: redis ?? createInProcessShed(),
    auditHeads: createHeadFiles(join(DATA_DIR, 'audit-heads')),
    sheets: createSheetReader(join(DATA_DIR, 'uploads')),
    snapshotBuilds: createSnapshotBuilds({ tx: tenancy.tx, now, dir: snapshotsDir, log }),
  }

  const figures = createWorkFigures()
  const broker = env.WORKERS
    ? await openBroker({ url: env.AMQP_URL, namespace: env.NAMESPACE, warn })
    : null
  const pause = (ms: number, signal: AbortSignal) =>
    delay(ms, undefined, { signal }).catch(() => undefined)
  const ending = new AbortController()
  let workers: Workers | null = null
  let sequencer: Promise<void> = Promise.resolve()
  /** All that cannot even begin without the database. */
  const begin = async () => {
    // What the broker of an earlier process held in memory is gone with it.
    if (broker && !env.AMQP_URL) await across.outbox.reopen(0)
    await across.bell.listen()
    workers =
      broker &&
      (await runWorkers({
        ...deps,
        ...across,
        ...{ broker, figures, pause, warn, isDatabaseAway },
      }))
    // Here and not with the workers, which hold no key of central's.
    sequencer = runSequencer({ ...deps, ...across, pause, warn }, ending.signal)
  }
  if (failover) await failover.run(deps, begin)
  else await begin()

  return {
    deps,
    database,
    work: broker && { broker, figures },
    redis,
    failover: failover && { ...failover.failover, replayed: failover.replayed },
    snapshotsDir,
    masterKey,
    async close() {
      ending.abort()
      await sequencer
      await failover?.close()
      await workers?.stop()
      await broker?.close()
      await redis?.close()
      await sharedLimits?.close()
      await live.close()
      await across.bell.close()
      await database.close()
    },
  }
}
