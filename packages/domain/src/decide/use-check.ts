import type { Use } from '../entries/slots.ts'
import { type Case, type Finding, refuse } from './finding.ts'

/**
 * Whether what the list gives once is taken (EN1). An exit consumes nothing,
 * however many there are (DC2).
 */
export function checkUsed({ input, list, slots, uses }: Case): Finding | null {
  if (input.act === 'exit') return null
  if (!list.reEntry && hasLeft(uses)) return used(firstEntry(uses))
  switch (list.counting) {
    case 'once':
      return used(slots[0]?.entries[0])
    case 'stay':
      return used(slots.find((slot) => slot.exit === null)?.entries[0])
    case 'many':
      return null
  }
}

/** An exit before any entry ends nothing. */
function hasLeft(uses: readonly Use[]): boolean {
  const from = uses.findIndex(({ act }) => act === 'entry')
  return from >= 0 && uses.slice(from).some(({ act }) => act === 'exit')
}

function firstEntry(uses: readonly Use[]): Use | undefined {
  return uses.find(({ act }) => act === 'entry')
}

function used(by: Use | undefined): Finding | null {
  return by ? refuse('used', { earlier: { scan: by.scan, gate: by.gate, atMs: by.atMs } }) : null
}
