import type { ScanId } from '../ids.ts'
import type { TimedScan } from './time-scans.ts'
import { isUse } from './time-scans.ts'

/** How long the device that admitted may undo by itself (LG6). */
export const VOID_MS_MAX = 15 * 60_000

/**
 * Which admits are undone, and by which void (LG6).
 *
 * A void counts by the same device within 15 minutes, by estimate, or by a
 * supervisor. Others stay in the ledger and undo nothing. Where several count,
 * the first in TM6 order is named.
 */
export function findVoids(ordered: readonly TimedScan[]): ReadonlyMap<ScanId, ScanId> {
  const voids = ordered.filter(isVoid)
  if (voids.length === 0) return new Map()
  const usesById = new Map(
    ordered
      .filter(({ scan }) => isUse(scan))
      .toReversed()
      .map((use) => [use.scan.body.id, use]),
  )
  const byTarget = new Map<ScanId, ScanId>()
  for (const one of voids) {
    const { id, target } = one.scan.body
    const use = target ? usesById.get(target) : undefined
    if (use && !byTarget.has(use.scan.body.id) && mayUndo(one, use)) {
      byTarget.set(use.scan.body.id, id)
    }
  }
  return byTarget
}

/**
 * A void that its gate granted. One of a retired, cloned or invalid source is
 * none: it could take a ruling from an honest gate.
 */
function isVoid({ scan }: TimedScan): boolean {
  const trusted = scan.quarantine === null || scan.quarantine === 'clock'
  return scan.body.act === 'void' && scan.body.verdict === 'admit' && trusted
}

function mayUndo(one: TimedScan, use: TimedScan): boolean {
  if (one.scan.body.role === 'supervisor') return true
  const sameDevice = one.scan.body.device === use.scan.body.device
  return sameDevice && one.scan.body.seq > use.scan.body.seq && apartMs(one, use) <= VOID_MS_MAX
}

/** By estimate; where a later contact is still missing, by what is proven to have gone by. */
function apartMs(one: TimedScan, use: TimedScan): number {
  const byEstimateMs = one.time.estimateMs - use.time.estimateMs
  return Number.isFinite(byEstimateMs) ? byEstimateMs : one.time.loMs - use.time.loMs || 0
}
