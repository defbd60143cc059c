import { createHash } from 'node:crypto'
import type { ScanHash } from '@eventpass/domain'
import { linkInput } from '@eventpass/sync'

/** A link's hash at once, since what a killed process had under way is done in one step or not at all. */
export function hashLink(prev: ScanHash, bytes: string): ScanHash {
  return createHash('sha256').update(linkInput(prev, bytes)).digest('hex') as ScanHash
}
