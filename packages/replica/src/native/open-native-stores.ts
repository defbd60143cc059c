import type { LedgerFiles, LinkHasher, SnapshotFiles } from '@eventpass/sync'
import { createLedgerFiles } from '../files/ledger-files.ts'
import { createSnapshotFiles } from '../files/snapshot-files.ts'
import { openNativeDisk } from './native-disk.ts'

/** Ledgers and manifests in a folder of this machine, for a hub or a node that journals. */
export async function openNativeStores(
  folder: string,
  hashLink: LinkHasher,
): Promise<{ readonly ledgers: LedgerFiles; readonly snapshots: SnapshotFiles }> {
  const disk = await openNativeDisk(folder)
  return { ledgers: createLedgerFiles(disk, hashLink), snapshots: createSnapshotFiles(disk) }
}
