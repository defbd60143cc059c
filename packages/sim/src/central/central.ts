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
import type { RareState } from '../run/rare.ts'
import { createApiNode, isGone, type NodeParts } from './api-node.ts'
import { createBalancer } from './balancer.ts'
import { createKeys } from './central-keys.ts'
import { type HubVisit, loseHub, meetHub } from './meet-hub.ts'
import { createModelBroker } from './model-broker.ts'
import { type Backup, createModelDatabase } from './model-database.ts'
import { createModelShed } from './model-shed.ts'
import { createModelOutbox, createModelTenancy } from './model-tenancy.ts'
import type { DeviceRow } from './rows.ts'
import { createSlowWorker } from './slow-worker.ts'
import { createSnapshotBuilds } from './snapshot-builds.ts'

export type Caller = ReturnType<typeof createCaller>
export type Central = Awaited<ReturnType<typeof createCentral>>

const relayFaultMs = 2_000

export interface CentralParts {
  readonly time: VirtualTime
  readonly subtle: SubtleCrypto
  readonly random: Random
  /** How many nodes answer gates, each with a journal of its own; none: one process, and no failover. */
  readonly nodes: number
  readonly note: (state: RareState) => void
  /** A node took an entry of that name out of its journal, as done. */
  readonly onTakenOut: (key: string) => void
}

/** Central: the real routers, relay, worker and failover over the model's stores, broker and journals. */
export async function createCentral(parts: CentralParts) {
  const { time, subtle, random, note } = parts
  const delays = random.fork('delays')
  const database = createModelDatabase({
    statement: () =>
      delays.chance(0.04)
        ? time.sleep(delays.int(1, delays.chance(0.2) ? 400 : 40))
        : Promise.resolve(),
    commit: () => time.sleep(delays.int(0, delays.chance(0.2) ? 60 : 6)),
    isCommitKept: () => {
      note('database_lost_in_commit')
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
  const shared = {
    ...(await createKeys(subtle, draw)),
    ...notAsked,
    limits: createRateLimiter({ now }),
    now,
    random: draw,
    subtle,
    node: 'central',
    live: { announce: () => {}, nextChange: async () => {} },
    shed,
    snapshotBuilds: snapshots.builds,
    tenantKey: (of: TenantId) => deriveTenantKey(subtle, masterKey, of),
  }
  const incarnation = () => `00000000-0000-4000-8000-${`${lives}`.padStart(12, '0')}`
  const depsOver: NodeParts['depsOver'] = (own) => ({
    ...shared,
    ...own,
    get incarnation() {
      return incarnation()
    },
  })
  const deps = depsOver({ ...tenancy, failover: null })
  const callerAs = (by: ApiDeps, principal: Principal): Caller =>
    createCaller({ deps: by, principal, requestId: 'sim', peer: 'sim', setSession: () => {} })

  const ask = async (
    by: ApiDeps,
    principal: Principal,
    call: (caller: Caller) => Promise<unknown>,
  ): Promise<UpstreamAnswer> => {
    try {
      return ok(JSON.parse(JSON.stringify(await call(callerAs(by, principal)))))
    } catch (fault) {
      if (isFault(fault)) faults.push(fault)
      return fail(toFailure(fault))
    }
  }
  const nodes = Array.from({ length: parts.nodes }, (_, no) =>
    createApiNode({
      ...{ time, random: random.fork(`node-${no}`), database, depsOver, note },
      onTakenOut: ({ key }) => parts.onTakenOut(key),
    }),
  )
  const reachNode = createBalancer(nodes, random.fork('balancer'), note)
  const reach = (work: (by: ApiDeps) => Promise<UpstreamAnswer>) =>
    nodes.length === 0 ? work(deps) : reachNode(work)

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
  const slowly = createSlowWorker(database, time, random.fork('workers'))
  const workersTenancy = createModelTenancy(slowly, time.nowMs)
  const startWorkers = () => {
    relaying = false
    void consumeReconcile({
      ...workersTenancy,
      ...{ live: deps.live, broker },
      isDatabaseAway: isGone,
      warn: () => {},
      onReconciled: () => {},
    })
    queue.redeliver()
    void relay()
  }
  startWorkers()
  for (const node of nodes) node.start()
  const restartAll = (meanwhile: () => void) => {
    const running = nodes.filter((node) => node.running())
    for (const node of running) node.kill()
    meanwhile()
    for (const node of running) node.start()
    queue.restartConsumers()
    snapshots.stop()
    startWorkers()
  }

  return {
    database,
    nodes,
    shed,
    deps,
    tenant,
    faults,
    /** Bytes of the snapshots that were built, by path. */
    snapshotFiles: snapshots.files,
    owner: callerAs(deps, {
      ...{ kind: 'user', secret: 'none', tenant, role: 'owner' },
      ...{ user: '00000009-0000-4000-8000-000000000001' as UserId, email: 'owner@example.org' },
    }),
    /** One request over the wire, as the HTTP side answers it. */
    async answer(
      pass: string | null,
      call: (caller: Caller) => Promise<unknown>,
    ): Promise<UpstreamAnswer> {
      return reach(async (by) => {
        const held = pass === null ? null : await readPass(by, pass)
        if (held && !held.ok)
          return fail({ ...refused('pass_refused'), message: held.failure.message })
        return ask(by, held && { kind: 'device', ...held.value }, call)
      })
    },
    /** One that a hub relays for a device that it has met. */
    answerFor: (device: DeviceId, call: (caller: Caller) => Promise<unknown>) =>
      reach((by) => ask(by, { kind: 'device', tenant, device }, call)),
    /** What central signs of a device for the hub to hand on, as a contact tells it. */
    sealReceipt: ({ id: device, throughSeq, throughHash: hash }: DeviceRow): Promise<Signed> => {
      const { incarnation } = deps
      const receipt = { type: 'receipt' as const, device, throughSeq, hash, incarnation }
      return signStatement(subtle, deps.centralKey, receipt)
    },
    meetHub: (visit: HubVisit) => meetHub(database, { tenant, clockMs: time.nowMs }, visit),
    loseHub: (id: string) => loseHub(database, id),
    isIdle: () =>
      queue.countUnsettled() === 0 && !relaying && nodes.every((node) => node.isSettled()),
    /** All processes are killed and started again; the database lives on, and so do journals. */
    restart: () => restartAll(database.killTransactions),
    backUp: database.backUp,
    /**
     * The database goes back to a backup: another life of it begins. Messages that were handed on
     * then may have had their effect after the backup only, so all of them are handed on again.
     */
    restore(backup: Backup) {
      const outbox = [...(backup.get('outbox') ?? [])].map(
        ([no, row]) => [no, { ...row, published: false }] as const,
      )
      restartAll(() => {
        database.restore(new Map([...backup, ['outbox', new Map(outbox)]]))
        lives += 1
      })
    },
    incarnation,
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
  if (isGone(fault)) return false
  if (!(fault instanceof TRPCError)) return true
  return fault.code === 'INTERNAL_SERVER_ERROR' && !isGone(fault.cause)
}

/** What the door makes of an answer that is no success. */
function toFailure(fault: unknown): UpstreamFailure {
  if (!(fault instanceof TRPCError) || fault.code === 'INTERNAL_SERVER_ERROR') {
    return { kind: 'unreachable' }
  }
  if (fault.code === 'TOO_MANY_REQUESTS' || fault.code === 'SERVICE_UNAVAILABLE')
    return { kind: 'busy', retryMs: null }
  const { cause } = fault
  const named = cause && 'failure' in cause ? String(cause.failure) : fault.code.toLowerCase()
  return { ...refused(named), message: fault.message }
}

function refused(code: string) {
  return { kind: 'refused', code } as const
}
