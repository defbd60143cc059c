import type { Use } from '../entries/slots.ts'
import type { ListId, ScanId } from '../ids.ts'
import type { KnownUse } from './decide-input.ts'

/**
 * Entries and exits on one list that stand, in the order in which they happened.
 *
 * By time of the scan, not of its arrival (DC5). A scan that is both own and
 * heard counts once; a voided one not at all. Other lists say nothing (DC3).
 */
export function standingUses(uses: readonly KnownUse[], list: ListId): readonly Use[] {
  const voided = new Set<ScanId | null>(uses.filter(isVoided).map(({ scan }) => scan))
  for (const use of uses) if (use.act === 'void') voided.add(use.target)

  const byScan = new Map<ScanId, Use>()
  for (const { scan, act, atMs, gate, forced, ...use } of uses) {
    if (use.list === list && act !== 'void' && !voided.has(scan)) {
      byScan.set(scan, { scan, act, atMs, gate, forced })
    }
  }
  return [...byScan.values()].sort((a, b) => (a.atMs < b.atMs ? -1 : a.atMs > b.atMs ? 1 : 0))
}

function isVoided({ ruling }: KnownUse): boolean {
  return ruling?.kind === 'voided'
}
