import {
  type ApiDeps,
  createFailover,
  type Failover,
  type ReplayEnd,
  runFailover,
} from '@eventpass/api'
import { emptyJournalDisk, type JournalDisk } from '@eventpass/api/failover/testing'
import { createProcess, type Process } from '../gate/process.ts'
import type { Random } from '../kernel/random.ts'
import type { VirtualTime } from '../kernel/virtual-time.ts'
import type { RareState } from '../run/rare.ts'
import { DatabaseAway, type ModelClient, type ModelDatabase } from './model-database.ts'
import { countWaiting, type JournalEvents, openModelJournal } from './model-journal.ts'
import { createModelTenancy } from './model-tenancy.ts'
import { createWatchPause } from './watch-pause.ts'

/** A node of central that goes on while its database is away (CL4): its disk outlives its processes. */
export interface ApiNode {
  readonly disk: JournalDisk
  /** What answers now; null while no process runs. */
  readonly running: () => RunningNode | null
  readonly client: Pick<ModelClient, 'cut' | 'mend' | 'isHere'>
  readonly start: () => void
  readonly kill: () => void
  /** Calls once, in the middle of the next time that it commits, writes an entry down, or replays some. */
  readonly onNext: (work: NodeWork, what: () => void) => void
  /** Nothing befalls it any more in the middle of its work. */
  readonly calm: () => void
  /** Runs, sees its database, and has replayed all that it could. */
  readonly isSettled: () => boolean
}

type NodeWork = 'commit' | 'append' | 'replay'

interface RunningNode {
  readonly deps: ApiDeps
  readonly failover: Failover
  readonly process: Process
  readonly wake: () => void
  /** Commits whose server this node has lost so far. */
  readonly countDoubts: () => number
}

/** Within so many ms of its beginning such work is under way, as a rule. */
const underwayMs: Readonly<Record<NodeWork, number>> = { commit: 0, append: 6, replay: 15 }

export interface NodeParts {
  readonly time: VirtualTime
  readonly random: Random
  readonly database: ModelDatabase
  /** The rest of what central works with, over this node's own way to the database. */
  readonly depsOver: (own: Pick<ApiDeps, 'tx' | 'lookups' | 'claimSteps' | 'failover'>) => ApiDeps
  readonly onTakenOut: JournalEvents['onTakenOut']
  readonly note: (state: RareState) => void
}

/** An error that says that the database is not there: the model's own, or the watch's. */
export function isGone(error: unknown): boolean {
  if (error instanceof DatabaseAway) return true
  return error instanceof Error && 'code' in error && error.code === '08006'
}

export function createApiNode(parts: NodeParts): ApiNode {
  const { database, note } = parts
  const disk = emptyJournalDisk()
  const client = database.connect()
  const awaiting: Record<NodeWork, (() => void)[]> = { commit: [], append: [], replay: [] }
  const onBegun = (work: NodeWork) => {
    for (const what of awaiting[work].splice(0)) {
      parts.time.after(parts.random.int(0, underwayMs[work]), what)
    }
  }
  let wake = () => {}
  let running: RunningNode | null = null
  database.onReach(() => wake())
  const isReplaying = ({ failover }: RunningNode) =>
    failover.watch.state() !== 'away' && client.isHere() && countWaiting(disk) > 0
  return {
    disk,
    client,
    running: () => running,
    start() {
      if (running) return
      const life = startNode(parts, client, disk, onBegun)
      running = life
      wake = life.wake
    },
    kill() {
      if (!running) return
      if (running.failover.watch.state() === 'away') note('node_died_journaling')
      else if (isReplaying(running)) note('node_died_replaying')
      running.process.kill(parts.random.int(0, running.process.countWrites()))
      client.kill()
      running = null
    },
    onNext(work, what) {
      awaiting[work].push(what)
      if (work === 'commit') client.onNextCommit(() => onBegun('commit'))
    },
    calm() {
      for (const some of Object.values(awaiting)) some.length = 0
    },
    isSettled: () =>
      running?.failover.watch.state() === 'up' && client.isHere() && countWaiting(disk) === 0,
  }
}

/** One life of it, as the server opens one: it looks at its database first, then watches it and replays. */
function startNode(
  { time, random, depsOver, onTakenOut, note }: NodeParts,
  client: ModelClient,
  disk: JournalDisk,
  onBegun: (work: NodeWork) => void,
): RunningNode {
  const process = createProcess(time)
  const tenancy = createModelTenancy(client, time.nowMs)
  const { sessions, subtle, now } = depsOver({ ...tenancy, failover: null })
  const { pause, wake } = createWatchPause(time, {
    isHere: client.isHere,
    state: () => created.failover.watch.state(),
    countWaiting: () => countWaiting(disk),
  })
  const flushMs = () => (random.chance(0.1) ? random.int(5, 60) : random.int(0, 4))
  const journal = openModelJournal(disk, process, flushMs, {
    ...{ onWriting: () => onBegun('append'), onWritten: wake, onTakenOut },
  })
  const toldNobody = { isGone, warn: () => undefined }
  const created = createFailover(
    {
      ...{ ...toldNobody, now, subtle, journal, tenancy, sessions },
      async probe() {
        await process.goOn()
        return client.isHere()
      },
      async pause(ms, signal) {
        await pause(ms, signal)
        await process.goOn()
      },
    },
    client.isHere() ? (countWaiting(disk) > 0 ? 'returning' : 'up') : 'away',
  )
  const { failover } = created
  const deps = depsOver({ ...created.tenancy, failover })
  const replaying = {
    ...{ ...deps, ...toldNobody },
    async beforeReplay() {
      if (countWaiting(disk) > 0) onBegun('replay')
    },
    onReplayed(end: ReplayEnd) {
      if (end === 'incident') note('provisional_lost')
    },
  }
  // A node that is told to end ends here as one that is killed: it is never told.
  void runFailover(replaying, failover, new AbortController().signal)
  return { deps, failover, process, wake, countDoubts: client.countDoubts }
}
