import {
  createGate,
  type GateStatus,
  type NewScan,
  type OwnScan,
  type RunningGate,
} from '@eventpass/sync'
import type { Random } from '../kernel/random.ts'
import type { VirtualTime } from '../kernel/virtual-time.ts'
import { connectUpstream } from '../net/connect-upstream.ts'
import type { Line } from '../net/line.ts'
import { hashLink } from './hash-link.ts'
import { createProcess, type Process } from './process.ts'
import type { LifeClock, TabletClock } from './tablet-clock.ts'
import { openDisk, type TabletDisk } from './tablet-disk.ts'

/** A worker's life on a tablet, as the truth remembers it. */
export interface Life {
  readonly tablet: string
  readonly clock: LifeClock
  /** Whose chain and which epoch of it; null until the ledger was opened. */
  identity: { readonly device: string; readonly epoch: number } | null
}

/** What the world is told of a tablet, with full knowledge. */
interface TabletEvents {
  readonly onLife: (life: Life) => void
  /** A scan reached the disk. */
  readonly onCommit: (life: Life, scan: OwnScan) => void
  readonly onFault: (tablet: string, fault: unknown) => void
}

/** A tablet: a disk that outlives its processes, clocks that may lie, a line, and the real gate on it. */
export interface Tablet {
  readonly name: string
  readonly disk: TabletDisk
  readonly line: Line
  readonly clock: TabletClock
  /** The gate that runs now, if it can answer: neither dead nor asleep. */
  readonly gate: () => RunningGate | null
  readonly status: () => GateStatus | null
  /** Writes under way. */
  readonly countWrites: () => number
  readonly start: () => void
  readonly kill: () => void
  readonly fallAsleep: () => void
  readonly wake: () => void
  /** The app hears that the network may be back. */
  readonly tellOnline: () => void
}

export interface TabletParts {
  readonly time: VirtualTime
  readonly subtle: SubtleCrypto
  readonly random: Random
  readonly name: string
  readonly disk: TabletDisk
  readonly line: Line
  readonly clock: TabletClock
  readonly events: TabletEvents
}

interface Running {
  readonly gate: RunningGate
  readonly process: Process
  readonly wakers: Set<() => void>
  status: GateStatus | null
}

export function createTablet(parts: TabletParts): Tablet {
  const { name, disk, line, clock, random } = parts
  let running: Running | null = null
  return {
    name,
    disk,
    line,
    clock,
    gate: () => (running && !running.process.isAsleep() ? running.gate : null),
    status: () => running?.status ?? null,
    countWrites: () => running?.process.countWrites() ?? 0,
    start() {
      running ??= startProcess(parts)
    },
    kill() {
      const writes = running?.process.countWrites() ?? 0
      running?.process.kill(random.int(0, writes))
      clock.wake()
      running = null
    },
    fallAsleep() {
      if (!running) return
      clock.fallAsleep()
      running.process.fallAsleep()
    },
    wake() {
      if (!running) return
      clock.wake()
      running.process.wake()
    },
    tellOnline() {
      for (const wake of running?.wakers ?? []) wake()
    },
  }
}

function startProcess({ time, subtle, random, ...parts }: TabletParts): Running {
  const process = createProcess(time)
  const life: Life = { tablet: parts.name, clock: parts.clock.start(), identity: null }
  const wakers = new Set<() => void>()
  const central = connectUpstream(parts.line, process, 'central')
  const hub = connectUpstream(parts.line, process, 'hub')
  parts.events.onLife(life)
  const stores = openDisk(parts.disk, process, subtle, random, (file, call, args, value) => {
    if (call === 'startEpoch') {
      life.identity = { device: deviceOf(parts.disk, file), epoch: Number(value) }
    }
    if (call === 'commitScan') {
      const scan = args[0] as NewScan
      parts.events.onCommit(life, { ...scan, hash: hashLink(scan.prev, scan.bytes) })
    }
  })
  const gate = createGate({
    subtle,
    randomBytes: random.bytes,
    clock: life.clock,
    random: random.next,
    sleep: process.sleep,
    ...stores,
    upstream: () => (parts.line.mode === 'hub' ? hub : central),
    onWake(listener) {
      wakers.add(listener)
      return () => wakers.delete(listener)
    },
    isStoragePersistent: async () => true,
    report: (fault) => parts.events.onFault(parts.name, fault),
  })
  const running: Running = { gate, process, wakers, status: null }
  gate.watch((status) => {
    running.status = status
  })
  return running
}

/** The device whose grant the ledger of that name holds. */
function deviceOf(disk: TabletDisk, ledger: string): string {
  const grant = disk.ledgers.get(ledger)?.facts.grant as { readonly bytes: string } | undefined
  return grant ? (JSON.parse(grant.bytes) as { device: string }).device : ''
}

/** The ledger that the tablet works with: that of its newest pairing. */
export function currentLedger({ disk }: Pick<Tablet, 'disk'>) {
  const paired = [...disk.ledgers].filter(([, ledger]) => ledger.facts.grant !== undefined)
  const numberOf = (name: string) => Number(name.slice(name.lastIndexOf('-') + 1))
  return paired.sort(([a], [b]) => numberOf(b) - numberOf(a))[0] ?? null
}
