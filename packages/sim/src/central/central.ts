import {
  type ApiDeps,
  consumeReconcile,
  createCaller,
  createRateLimiter,
  type Principal,
  readPass,
  relayOutbox,
} from '@eventpass/api'
import type { DeviceId, EventId, TenantId, UserId } from '@eventpass/domain'
import { fail, ok } from '@eventpass/domain'
import {
  type Signed,
  signStatement,
  type UpstreamAnswer,
  type UpstreamFailure,
} from '@eventpass/sync'
import { deriveTenantKey } from '@eventpass/token'
import { TRPCError } from '@trpc/server'
import type { Random } from '../kernel/random.ts'
import type { VirtualTime } from '../kernel/virtual-time.ts'
import { createKeys } from './central-keys.ts'
import { type HubVisit, loseHub, meetHub } from './meet-hub.ts'
import { createModelBroker } from './model-broker.ts'
import { type Backup, createModelDatabase, DatabaseAway } from './model-database.ts'
import { createModelShed } from './model-shed.ts'
import { createModelOutbox, createModelTenancy } from './model-tenancy.ts'
import type { DeviceRow } from './rows.ts'
import { createSnapshotBuilds } from './snapshot-builds.ts'

export type Caller = ReturnType<typeof createCaller>
export type Central = Awaited<ReturnType<typeof createCentral>>

const relayFaultMs = 2_000

/** Central in one process: the real routers, relay and worker over the model's stores and broker. */
export async function createCentral(
  time: VirtualTime,
  subtle: SubtleCrypto,
  random: Random,
  /** Told when a commit loses its server. */
  onLostCommit: () => void,
) {
  const delays = random.fork('delays')
  const database = createModelDatabase({
    statement: () =>
      delays.chance(0.04)
        ? time.sleep(delays.int(1, delays.chance(0.2) ? 400 : 40))
        : Promise.resolve(),
    commit: () => time.sleep(delays.int(0, delays.chance(0.2) ? 60 : 6)),
    isCommitKept: () => {
      onLostCommit()
      return delays.chance(0.5)
    },
  })
  const tenancy = createModelTenancy(database, time.nowMs)
  const { broker, ...queue } = createModelBroker(time, random.fork('broker'))
  const masterKey = random.bytes(32)
  const tenant = '00000001-0000-4000-8000-000000000001' as TenantId
  const faults: unknown[] = []
  const now = () => Math.floor(time.nowMs())
  const draw = random.fork('ids').bytes
  const snapshots = createSnapshotBuilds(tenancy.tx, now, subtle)
  const shed = createModelShed(time)
  let lives = 1
  const deps: ApiDeps = {
    ...tenancy,
    ...(await createKeys(subtle, draw)),
    ...notAsked,
    limits: createRateLimiter({ now }),
    now,
    random: draw,
    subtle,
    node: 'central',
    get incarnation() {
      return `00000000-0000-4000-8000-${`${lives}`.padStart(12, '0')}`
    },
    failover: null,
    live: { announce: () => {}, nextChange: async () => {} },
    shed,
    snapshotBuilds: snapshots.builds,
    tenantKey: (of) => deriveTenantKey(subtle, masterKey, of),
  }
  const callerAs = (principal: Principal): Caller =>
    createCaller({ deps, principal, requestId: 'sim', peer: 'sim', setSession: () => {} })

  const ask = async (
    principal: Principal,
    call: (caller: Caller) => Promise<unknown>,
  ): Promise<UpstreamAnswer> => {
    try {
      return ok(JSON.parse(JSON.stringify(await call(callerAs(principal)))))
    } catch (fault) {
      if (isFault(fault)) faults.push(fault)
      return fail(toFailure(fault))
    }
  }

  const outbox = createModelOutbox(database)
  let relaying = false
  const relay = async () => {
    if (relaying) return
    relaying = true
    const relayed = await relayOutbox({ outbox, broker }).catch(() => null)
    relaying = false
    if (relayed === null) time.after(relayFaultMs, () => void relay())
    else if (relayed.published > 0) void relay()
  }
  // As NOTIFY does, and a sweep behind it after every start.
  database.onCommit((tables) => {
    if (tables.has('outbox')) time.after(0, () => void relay())
  })
  const startWorkers = () => {
    relaying = false
    void consumeReconcile({
      ...tenancy,
      ...{ live: deps.live, broker },
      isDatabaseAway: (fault) => fault instanceof DatabaseAway,
      warn: () => {},
      onReconciled: () => {},
    })
    queue.redeliver()
    void relay()
  }
  startWorkers()

  return {
    database,
    shed,
    deps,
    tenant,
    faults,
    /** Bytes of the snapshots that were built, by path. */
    snapshotFiles: snapshots.files,
    owner: callerAs({
      ...{ kind: 'user', secret: 'none', tenant, role: 'owner' },
      ...{ user: '00000009-0000-4000-8000-000000000001' as UserId, email: 'owner@example.org' },
    }),
    /** One request over the wire, as the HTTP side answers it. */
    async answer(
      pass: string | null,
      call: (caller: Caller) => Promise<unknown>,
    ): Promise<UpstreamAnswer> {
      const held = pass === null ? null : await readPass(deps, pass)
      if (held && !held.ok)
        return fail({ ...refused('pass_refused'), message: held.failure.message })
      return ask(held && { kind: 'device', ...held.value }, call)
    },
    /** One that a hub relays for a device that it has met. */
    answerFor: (device: DeviceId, call: (caller: Caller) => Promise<unknown>) =>
      ask({ kind: 'device', tenant, device }, call),
    /** What central signs of a device for the hub to hand on, as a contact tells it. */
    sealReceipt: ({ id: device, throughSeq, throughHash: hash }: DeviceRow): Promise<Signed> => {
      const { incarnation } = deps
      const receipt = { type: 'receipt' as const, device, throughSeq, hash, incarnation }
      return signStatement(subtle, deps.centralKey, receipt)
    },
    meetHub: (visit: HubVisit) => meetHub(database, { tenant, clockMs: time.nowMs }, visit),
    loseHub: (id: string) => loseHub(database, id),
    isIdle: () => queue.countUnsettled() === 0 && !relaying,
    /** The process is killed and started again; the database lives on. */
    restart() {
      database.killTransactions()
      queue.restartConsumers()
      snapshots.stop()
      startWorkers()
    },
    backUp: database.backUp,
    /**
     * The database goes back to a backup: another life of it begins. Messages that were handed on
     * then may have had their effect after the backup only, so all of them are handed on again.
     */
    restore(backup: Backup) {
      const outbox = [...(backup.get('outbox') ?? [])].map(
        ([no, row]) => [no, { ...row, published: false }] as const,
      )
      database.restore(new Map([...backup, ['outbox', new Map(outbox)]]))
      lives += 1
      queue.restartConsumers()
      snapshots.stop()
      startWorkers()
    },
    incarnation: () => deps.incarnation,
    event: null as EventId | null,
  }
}

const notAsked = {
  auditHeads: undefined,
  sessions: undefined,
  passwords: undefined,
  sheets: undefined,
  signupOpen: false,
} as unknown as Pick<ApiDeps, 'auditHeads' | 'sessions' | 'passwords' | 'sheets' | 'signupOpen'>

/** Whether an answer that is no success tells of a fault in the code: not where its database was away. */
function isFault(fault: unknown): boolean {
  if (fault instanceof DatabaseAway) return false
  if (!(fault instanceof TRPCError)) return true
  return fault.code === 'INTERNAL_SERVER_ERROR' && !(fault.cause instanceof DatabaseAway)
}

/** What the door makes of an answer that is no success. */
function toFailure(fault: unknown): UpstreamFailure {
  if (!(fault instanceof TRPCError) || fault.code === 'INTERNAL_SERVER_ERROR') {
    return { kind: 'unreachable' }
  }
  if (fault.code === 'TOO_MANY_REQUESTS') return { kind: 'busy', retryMs: null }
  const { cause } = fault
  const named = cause && 'failure' in cause ? String(cause.failure) : fault.code.toLowerCase()
  return { ...refused(named), message: fault.message }
}

function refused(code: string) {
  return { kind: 'refused', code } as const
}
