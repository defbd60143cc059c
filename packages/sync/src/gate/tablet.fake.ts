import { createHash, webcrypto } from 'node:crypto'
import type { ScanHash } from '@eventpass/domain'
import { linkInput } from '../chain/seal-scan.ts'
import { createFakeEvent } from '../protocol/fake-event.fake.ts'
import type { CallName } from '../protocol/fake-line.fake.ts'
import { createLine, createLineUpstream, type Line } from '../protocol/fake-line.fake.ts'
import { createFakeNode } from '../protocol/fake-node.fake.ts'
import { createRegistry } from '../protocol/fake-registry.fake.ts'
import { createTabletClock, createTestTime, type TestTime } from '../protocol/test-time.fake.ts'
import { createGate, type RunningGate } from './create-gate.ts'
import type { ManifestContent } from './fixtures.fake.ts'
import type { GateStatus, ScanAttempt, ShownVerdict } from './gate.ts'
import { createMemoryLedgerFiles, type LedgerDisk } from './memory-ledger.fake.ts'
import {
  createMemoryManifest,
  createMemorySnapshotFiles,
  emptyManifestDisk,
} from './memory-manifest.fake.ts'
import type { KeyRing, KeyStore, LedgerFiles, ManifestStore, SnapshotFiles } from './stores.ts'

type Node = ReturnType<typeof createFakeNode>

/** Wraps the stores of one process, so that a test can end it between any two of their steps. */
export type WrapStores = (stores: {
  readonly ledgers: LedgerFiles
  readonly snapshots: SnapshotFiles
  readonly keys: KeyStore
}) => { readonly ledgers: LedgerFiles; readonly snapshots: SnapshotFiles; readonly keys: KeyStore }

/** A tablet: disks that outlive its processes, clocks that may lie, a line that may break. */
export interface Tablet {
  readonly ledgers: Map<string, LedgerDisk>
  readonly keyRings: Map<string, KeyRing>
  readonly wall: { offsetMs: number }
  readonly faults: unknown[]
  readonly manifests: ReadonlyMap<string, ManifestContent>
  /** Checksum of the newest manifest on its disk. */
  readonly checksum: () => Promise<string>
  /** From now on the manifest that is open now cannot be read. */
  readonly damageManifest: () => void
  line: Line
  /** Starts a process; the one before must be stopped or killed. */
  readonly start: (wrap?: WrapStores) => RunningGate
  /** Ends the process without a word: its sleeps never end and nothing reaches it any more. */
  readonly kill: () => void
  /** Speaks to another node from now on. */
  readonly moveTo: (node: Node, kind: 'central' | 'hub') => void
  /** A copy of everything that its disks hold now, for a restore from backup. */
  readonly backUp: () => () => void
}

const hashLink = (prev: ScanHash, bytes: string) =>
  createHash('sha256').update(linkInput(prev, bytes)).digest('hex') as ScanHash

export function createTablet(
  time: TestTime,
  start: Node,
  kind: 'central' | 'hub' = 'central',
): Tablet {
  const ledgers = new Map<string, LedgerDisk>()
  const manifests = emptyManifestDisk()
  const keyRings = new Map<string, KeyRing>()
  const faults: unknown[] = []
  const wall = { offsetMs: 0 }
  const damaged = new Set<string>()
  let node = { node: start, kind }
  let alive = { yes: true }
  let upstream: {
    readonly of: Node
    readonly line: Line
    readonly made: ReturnType<typeof createLineUpstream>
  } | null = null

  const keys: KeyStore = {
    read: async (name) => keyRings.get(name) ?? null,
    write: async (name, ring) => void keyRings.set(name, ring),
    erase: async (name) => void keyRings.delete(name),
  }
  const tablet: Tablet = {
    ledgers,
    keyRings,
    wall,
    faults,
    manifests: manifests.manifests,
    checksum: () => {
      const content = [...manifests.manifests.values()].at(-1)
      return content ? createMemoryManifest(content).checksum() : Promise.resolve('none')
    },
    damageManifest: () => {
      for (const name of manifests.manifests.keys()) damaged.add(name)
    },
    line: createLine(),
    start(wrap = (stores) => stores) {
      const life = { yes: true }
      alive = life
      tablet.line.cut = false
      const subtle = webcrypto.subtle as SubtleCrypto
      const stores = wrap({
        ledgers: createMemoryLedgerFiles(hashLink, ledgers),
        snapshots: withDamage(createMemorySnapshotFiles(subtle, manifests), damaged),
        keys,
      })
      return createGate({
        subtle,
        randomBytes: (count) => webcrypto.getRandomValues(new Uint8Array(count)),
        clock: createTabletClock(time, wall),
        random: () => 0,
        sleep: (ms, signal) =>
          new Promise((resolve) => time.sleep(ms, signal).then(() => life.yes && resolve())),
        ...stores,
        upstream() {
          if (upstream?.of !== node.node || upstream.line !== tablet.line) {
            const made = createLineUpstream(node.node, tablet.line, node.kind, time)
            upstream = { of: node.node, line: tablet.line, made }
          }
          return upstream.made
        },
        onWake: () => () => undefined,
        isStoragePersistent: async () => true,
        report: (fault) => faults.push(fault),
      })
    },
    kill() {
      alive.yes = false
      tablet.line.cut = true
      const { fate, carries, onAnswer, pageMax, chunkBytes } = tablet.line
      tablet.line = { ...createLine(), fate, carries, onAnswer, pageMax, chunkBytes }
    },
    moveTo(other, otherKind) {
      node = { node: other, kind: otherKind }
    },
    backUp() {
      const kept = structuredClone([...ledgers])
      const lists = structuredClone([...manifests.manifests])
      return () => {
        manifests.manifests.clear()
        for (const [name, content] of lists) manifests.manifests.set(name, content)
        ledgers.clear()
        for (const [name, disk] of structuredClone(kept)) ledgers.set(name, disk)
      }
    },
  }
  return tablet
}

/** Manifests whose reads fail once their names are among the damaged. */
function withDamage(files: SnapshotFiles, damaged: ReadonlySet<string>): SnapshotFiles {
  const watched = (name: string, store: ManifestStore | null) =>
    store && {
      ...store,
      findTicket: async (...args: Parameters<ManifestStore['findTicket']>) => {
        if (damaged.has(name)) throw new Error('SQLITE_CORRUPT')
        return store.findTicket(...args)
      },
    }
  return {
    ...files,
    open: async (name) => (damaged.has(name) ? null : watched(name, await files.open(name))),
    begin: async (name, gzipBytes) => {
      const download = await files.begin(name, gzipBytes)
      return { ...download, finish: async (bytes) => watched(name, await download.finish(bytes)) }
    },
  }
}

/** One event, its central, and time that the test moves. */
export async function createWorld({ claims = false } = {}) {
  const time = createTestTime()
  const event = await createFakeEvent()
  const registry = createRegistry(event, time)
  registry.claims = claims
  const central = createFakeNode(registry)
  /** A tablet that is paired and has its list. */
  const pairedTablet = async (node: Node = central, kind: 'central' | 'hub' = 'central') => {
    const tablet = createTablet(time, node, kind)
    const gate = tablet.start()
    await pairTablet(time, gate, registry)
    return { tablet, gate }
  }
  return { time, event, registry, central, pairedTablet }
}

/** Pairs a started gate: a code, a person's yes, and the first load. */
export async function pairTablet(
  time: TestTime,
  gate: RunningGate,
  registry: {
    readonly codes: Set<string>
    readonly devices: Map<string, { accepted: boolean | null }>
  },
): Promise<void> {
  const code = `code-${registry.devices.size + 1}-${'x'.repeat(16)}`
  registry.codes.add(code)
  const view = await gate.pair(code, 'Tablet')
  if (view.state === 'failed') throw new Error(view.message)
  const device = [...registry.devices.values()].at(-1)
  if (device) device.accepted = true
  await until(gate, ({ stage }) => stage !== 'pairing' && stage !== 'unpaired', time)
  await gate.syncNow()
}

/** Real time that a condition may take on a busy machine. */
const waitMsMax = 30_000

/** Resolves when the status is as asked; the tablet's time goes on meanwhile, while no call is on its way. */
export async function until(
  gate: RunningGate,
  holds: (status: GateStatus) => boolean,
  time: TestTime,
): Promise<GateStatus> {
  const late = AbortSignal.timeout(waitMsMax)
  let last: GateStatus | null = null
  const stop = gate.watch((status) => {
    last = status
  })
  try {
    for (let step = 1; !late.aborted; step += 1) {
      if (last && holds(last)) return last
      // A turn of the event loop, in which WebCrypto's threads can answer.
      await new Promise((resolve) => setImmediate(resolve))
      if (step % 50 === 0 && !time.isBusy()) time.advance(500)
    }
  } finally {
    stop()
  }
  throw new Error(`The status never came: ${JSON.stringify(last)}`)
}

/** A plain attempt to come in with a code. */
export function entryOf(text: string, change: Partial<ScanAttempt> = {}): ScanAttempt {
  return {
    source: { kind: 'text', text, input: 'camera' },
    act: 'entry',
    force: null,
    answer: null,
    answers: null,
    secondPerson: false,
    ...change,
  }
}

/** A verdict in short: what a steward would say of it. */
export function inShort({ verdict }: ShownVerdict): string {
  return verdict.reason ? `${verdict.kind} ${verdict.reason}` : verdict.kind
}

/** Scans without a receipt, over all devices that this tablet was. */
export function pendingOf({ ledgers }: Tablet): number {
  return [...ledgers.values()].reduce(
    (sum, { scans, receiptedThrough }) => sum + scans.length - receiptedThrough,
    0,
  )
}

/** Spoils the calls of these names. */
export function offline(...only: readonly CallName[]): Line['fate'] {
  return (call) => (only.length === 0 || only.includes(call) ? 'lost' : 'ok')
}
