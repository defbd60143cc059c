import type { ScanId } from '@eventpass/domain'
import type { ScanAttempt } from '@eventpass/sync'
import type { Backup } from '../central/model-database.ts'
import type { TabletDisk } from '../gate/tablet-disk.ts'

/** What steps leave to later ones, by tablet. */
export interface Memory {
  readonly backups: Map<number, TabletDisk>
  centralBackup: { readonly backup: Backup; readonly takenAtMs: number } | null
  /** The last admit, to undo. */
  readonly admits: Map<number, ScanId>
  /** The last attention with what it was about, to answer. */
  readonly attentions: Map<number, { readonly id: ScanId; readonly attempt: ScanAttempt }>
}

export function createMemory(): Memory {
  return { backups: new Map(), centralBackup: null, admits: new Map(), attentions: new Map() }
}
