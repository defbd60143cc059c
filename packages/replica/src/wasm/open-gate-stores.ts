import { fail, ok, type Result } from '@eventpass/domain'
import type { LedgerFiles, LinkHasher, SnapshotFiles } from '@eventpass/sync'
import type { Disk } from '../files/disk.ts'
import { createLedgerFiles, type LedgerFailure, openLedger } from '../files/ledger-files.ts'
import { createSnapshotFiles } from '../files/snapshot-files.ts'
import { loadEngine } from './engine.ts'
import { holdLock } from './hold-lock.ts'
import { createOpfsDisk } from './opfs-disk.ts'
import { canKeepFiles, openPool, type PoolFailure } from './pool.ts'

/** The gate's stores, open for as long as this worker lives. */
export interface GateStores {
  readonly ledgers: LedgerFiles
  readonly snapshots: SnapshotFiles
}

export type GateStoresFailure =
  | PoolFailure
  /** A newer app wrote this ledger: this one may only say so (RP4). */
  | Extract<LedgerFailure, { kind: 'newer_format' }>

export interface GateStoresOptions {
  /** Folder in the origin's private storage. */
  readonly folder: string
  /** How long to wait for another tab that is just closing, as at a reload. */
  readonly waitMs: number
  readonly hashLink: LinkHasher
}

/**
 * Opens the gate's files in this worker, which owns them until it ends (DV5).
 *
 * Call it once a worker. After `pool_busy` or `pool_failed` end the worker and start a fresh
 * one to try again; nothing was changed or lost.
 */
export async function openGateStores({
  folder,
  waitMs,
  hashLink,
}: GateStoresOptions): Promise<Result<GateStores, GateStoresFailure>> {
  if (!canKeepFiles()) return fail({ kind: 'pool_unsupported' })
  if (!(await holdLock(`eventpass/${folder}`, waitMs))) return fail({ kind: 'pool_busy' })
  const engine = await loadEngine()
  const pool = await openPool(engine, folder)
  if (!pool.ok) return pool
  const disk = await createOpfsDisk(engine, pool.value, folder)
  const ledgers = createLedgerFiles(disk, hashLink)
  const rescued = await rescueLedgers(disk, await ledgers.list(), hashLink)
  if (!rescued.ok) return rescued
  return ok({ ledgers, snapshots: createSnapshotFiles(disk) })
}

/** Looks at every ledger before the engine does, so that none fails it in the middle of work (RP7). */
async function rescueLedgers(
  disk: Disk,
  names: readonly string[],
  hashLink: LinkHasher,
): Promise<Result<void, GateStoresFailure>> {
  for (const name of names) {
    const opened = await openLedger(disk, name, hashLink)
    if (opened.ok) await opened.value.close()
    else if (opened.failure.kind === 'damaged') await disk.keepAside(name)
    else return fail(opened.failure)
  }
  return ok(undefined)
}
