import type { KeyRing, KeyStore, LedgerFiles, SnapshotFiles } from '@eventpass/sync'
import {
  createMemoryLedgerFiles,
  createMemorySnapshotFiles,
  emptyManifestDisk,
  type LedgerDisk,
  type ManifestDisk,
} from '@eventpass/sync/testing'
import type { Random } from '../kernel/random.ts'
import { hashLink } from './hash-link.ts'
import type { Process } from './process.ts'

/** What a tablet keeps when its worker ends. */
export interface TabletDisk {
  readonly ledgers: Map<string, LedgerDisk>
  readonly manifests: ManifestDisk
  readonly rings: Map<string, KeyRing>
}

export function emptyTabletDisk(): TabletDisk {
  return { ledgers: new Map(), manifests: emptyManifestDisk(), rings: new Map() }
}

/** A copy of everything, as a backup of the tablet or a clone of it has it. */
export function copyDisk({ ledgers, manifests, rings }: TabletDisk): TabletDisk {
  return {
    ledgers: structuredClone(ledgers),
    manifests: structuredClone(manifests),
    rings: structuredClone(rings),
  }
}

/** Puts another disk's contents in place of these. */
export function overwriteDisk(disk: TabletDisk, from: TabletDisk): void {
  const { ledgers, manifests, rings } = copyDisk(from)
  refill(disk.ledgers, ledgers)
  refill(disk.manifests.manifests, manifests.manifests)
  refill(disk.manifests.downloads, manifests.downloads)
  refill(disk.rings, rings)
}

function refill<Key, Value>(into: Map<Key, Value>, from: ReadonlyMap<Key, Value>): void {
  into.clear()
  for (const [key, value] of from) into.set(key, value)
}

/** What changes a disk and so takes time; reads are answered at once. */
const writes: ReadonlySet<string> = new Set([
  ...['adoptManifest', 'apply', 'applyReceipt', 'commitScan', 'erase', 'finish', 'pendAgain'],
  ...['remove', 'rename', 'saveContact', 'saveHeard', 'startEpoch', 'write', 'writeFacts'],
])

export interface DiskStores {
  readonly ledgers: LedgerFiles
  readonly snapshots: SnapshotFiles
  readonly keys: KeyStore
}

/** Called with every call that reached the disk, its file's name, and what came of it. */
export type OnDisk = (file: string, call: string, args: readonly unknown[], value: unknown) => void

/** A few ms, and now and then a disk that is busy with something else. */
function latencyOf(random: Random): number {
  return random.chance(0.15) ? random.int(20, 500) : random.int(0, 6)
}

/** The stores of one process over a disk: every write takes a while, and ends with its process. */
export function openDisk(
  disk: TabletDisk,
  process: Process,
  subtle: SubtleCrypto,
  random: Random,
  onDisk: OnDisk,
): DiskStores {
  const { rings } = disk
  const keys: KeyStore = {
    read: async (name) => rings.get(name) ?? null,
    write: async (name, ring) => void rings.set(name, ring),
    erase: async (name) => void rings.delete(name),
  }
  const wrapCall = (file: string, name: string, call: (...args: unknown[]) => Promise<unknown>) => {
    return async (...args: unknown[]) => {
      const inner =
        typeof args[0] === 'string' && (name === 'open' || name === 'begin') ? args[0] : file
      const apply = async () => {
        const value = await call(...args)
        onDisk(inner, name, args, value)
        return value
      }
      if (writes.has(name)) return wrap(inner, await process.write(latencyOf(random), apply))
      await process.goOn()
      return wrap(inner, await apply())
    }
  }
  /** Stores, and what they open. */
  const wrap = <T>(file: string, value: T): T => {
    if (typeof value !== 'object' || value === null) return value
    const entries = Object.entries(value)
    if (!entries.some(([, member]) => typeof member === 'function')) return value
    return Object.fromEntries(
      entries.map(([name, member]) => [
        name,
        typeof member === 'function' ? wrapCall(file, name, member.bind(value)) : member,
      ]),
    ) as T
  }
  return {
    ledgers: wrap('', createMemoryLedgerFiles(hashLink, disk.ledgers)),
    snapshots: wrap('', createMemorySnapshotFiles(subtle, disk.manifests)),
    keys: wrap('', keys),
  }
}
