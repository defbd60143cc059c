import type { GateId, ScanId } from '../ids.ts'
import type { Counting } from '../manifest.ts'

/** An unvoided admit, in or out, as far as counting looks at it. */
export interface Use {
  readonly scan: ScanId
  readonly act: 'entry' | 'exit'
  /** Estimated true time, ms since 1970 (TM5). */
  readonly atMs: number
  readonly gate: GateId
  readonly forced: boolean
}

/** What may be taken once (EN1). */
export interface Slot {
  /** The first admit of the slot. */
  readonly anchor: ScanId
  readonly entries: readonly Use[]
  /** The exit that ended a stay; null while it lasts, and always on other lists. */
  readonly exit: Use | null
}

/**
 * Derives the slots of one invitee on one list (EN1); they are never stored (EN2).
 *
 * Uses must be in TM6 order and unvoided. `once`: all entries are one slot.
 * `stay`: a slot runs from an entry to the next exit. `many`: each entry is its
 * own slot. An exit that ends nothing makes no slot.
 */
export function deriveSlots(usesInOrder: readonly Use[], counting: Counting): readonly Slot[] {
  switch (counting) {
    case 'once':
      return slotOf(
        usesInOrder.filter((use) => use.act === 'entry'),
        null,
      )
    case 'stay':
      return stays(usesInOrder)
    case 'many':
      return usesInOrder
        .filter((use) => use.act === 'entry')
        .map((use) => ({ anchor: use.scan, entries: [use], exit: null }))
  }
}

function stays(usesInOrder: readonly Use[]): readonly Slot[] {
  const slots: Slot[] = []
  let open: Use[] = []
  for (const use of usesInOrder) {
    if (use.act === 'entry') {
      open.push(use)
    } else {
      slots.push(...slotOf(open, use))
      open = []
    }
  }
  return [...slots, ...slotOf(open, null)]
}

/** No slot where nobody came in. */
function slotOf(entries: readonly Use[], exit: Use | null): readonly Slot[] {
  const [first] = entries
  return first ? [{ anchor: first.scan, entries, exit }] : []
}
