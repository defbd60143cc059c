import type { VoidedBy } from '@eventpass/api'
import type { ClaimRow } from './rows.ts'
import type { Scope } from './scope.ts'

/** How a claim ends. */
export interface WithFate {
  readonly device: ClaimRow['device']
  readonly op: ClaimRow['op']
  readonly fate: VoidedBy | 'kept'
}

/** As the partial indexes have it. */
export function standsAccepted({ answer, voidedMs }: ClaimRow): boolean {
  return answer.outcome === 'accepted' && voidedMs === null
}

/** Accepted, and its scan did not come yet. */
export function isUnsettled(row: ClaimRow): boolean {
  return standsAccepted(row) && row.settledMs === null
}

/** What the link at its number does to a claim. */
export function fateOf(
  op: ClaimRow['op'],
  link: {
    readonly id: string | null
    readonly act: string | null
    readonly verdict: string | null
  },
): WithFate['fate'] {
  if (link.id !== op) return 'fence'
  return link.act === 'entry' && link.verdict === 'admit' ? 'kept' : 'scan'
}

/**
 * Brings claims to their end and gifts of voided ones back to their stock. Of several fates of one
 * claim a person's undo counts first, then what voids it.
 */
export async function endClaims(scope: Scope, fates: readonly WithFate[]): Promise<void> {
  const { claims, giftLogs, gifts, lock } = scope
  const byName = new Map<string, WithFate>()
  for (const one of fates) {
    const name = `${one.device}/${one.op}`
    const known = byName.get(name)
    if (!known || rank(one.fate) < rank(known.fate)) byName.set(name, one)
  }
  for (const name of [...byName.keys()].sort()) {
    const fate = byName.get(name)?.fate
    if (!fate || !claims.get(name)) continue
    await lock(`claims/${name}`)
    // Whoever waited for the row looks at it anew.
    const row = claims.get(name)
    if (!row || !standsAccepted(row)) continue
    const nowMs = Math.floor(scope.clockMs())
    const isPersons = fate === 'kept' || fate === 'undone'
    const settledMs = isPersons ? (row.settledMs ?? nowMs) : row.settledMs
    if (fate === 'kept') {
      claims.set(name, { ...row, settledMs })
      continue
    }
    claims.set(name, { ...row, settledMs, voidedMs: nowMs, voidedBy: fate })
    if (!row.gift) continue
    await lock(`giftLogs/${row.op}`)
    const log = giftLogs.get(row.op)
    if (!log || log.voidedMs !== null) continue
    giftLogs.set(row.op, { ...log, voidedMs: nowMs })
    await lock(`gifts/${row.list}`)
    const gift = gifts.get(row.list)
    if (gift) gifts.set(gift.id, { ...gift, taken: gift.taken - 1 })
  }
}

function rank(fate: WithFate['fate']): number {
  return fate === 'undone' ? 0 : fate === 'kept' ? 2 : 1
}
