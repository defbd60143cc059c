import { deriveSlots, type Slot, type Use } from '../entries/slots.ts'
import type { ScanId } from '../ids.ts'
import type { Ruling } from '../incident.ts'
import type { SlotTimes } from '../time/finality.ts'
import { findIncidents } from './find-incidents.ts'
import type { KeyFacts, KeyOutcome, RuledSlot } from './key.ts'
import { estimatesById, isUse, type TimedScan, timeScans } from './time-scans.ts'
import { findVoids } from './voids.ts'

/**
 * Rules on the scans of one invitee on one list.
 *
 * A function of the set of scans and contacts: no order, repeat or grouping of
 * arrivals changes it, so every node that holds the same set rules the same
 * (LG1). Nothing is rewritten: the winner of a slot is a view of it (LG2).
 */
export function reconcileKey(facts: KeyFacts): KeyOutcome {
  const ordered = timeScans(facts.scans, facts.contacts)
  const estimates = estimatesById(ordered)
  const admitted = firstOfEachId(ordered.filter(({ scan }) => isUse(scan)))
  const voids = findVoids(ordered)
  const standing = admitted.filter(({ scan }) => !voids.has(scan.body.id))
  const slots = deriveSlots(standing.map(toUse), facts.list.counting).map(ruleSlot)
  // Whoever is handed a gift came in before: nobody is inside for it (GF1).
  const people = facts.list.gives === 'gift' ? 0 : countPeople(standing)

  return {
    estimates,
    slots,
    rulings: ruleScans(admitted, voids, slots),
    incidents: findIncidents({ ...facts, estimates, standing, slots }),
    inside: people > 0,
    people,
  }
}

/** Times of a slot and of all else that could move it, for `isFinal` (TM8). */
export function slotTimes(outcome: KeyOutcome, slot: RuledSlot): SlotTimes | null {
  const winner = outcome.estimates.get(slot.winner)
  if (!winner) return null
  const others = [...outcome.rulings.keys()]
    .filter((id) => id !== slot.winner)
    .flatMap((id) => outcome.estimates.get(id) ?? [])
  const acts = [...outcome.estimates].flatMap(([id, time]) =>
    outcome.rulings.has(id) ? [] : [time],
  )
  return { winner, others, acts }
}

/** Two hashes under one id are one admit: the earlier in TM6 order speaks for it. */
function firstOfEachId(ordered: readonly TimedScan[]): readonly TimedScan[] {
  const seen = new Set<ScanId>()
  return ordered.filter(({ scan }) => !seen.has(scan.body.id) && seen.add(scan.body.id))
}

function toUse({ scan, time }: TimedScan): Use {
  const { id, act, gate, forced } = scan.body
  return { scan: id, act: act === 'exit' ? 'exit' : 'entry', atMs: time.estimateMs, gate, forced }
}

function ruleSlot(slot: Slot): RuledSlot {
  const [first, ...rivals] = slot.entries.filter((entry) => !entry.forced).map(({ scan }) => scan)
  return { ...slot, winner: first ?? slot.anchor, rivals }
}

function ruleScans(
  admitted: readonly TimedScan[],
  voids: ReadonlyMap<ScanId, ScanId>,
  slots: readonly RuledSlot[],
): ReadonlyMap<ScanId, Ruling> {
  const winnerByRival = new Map(
    slots.flatMap((slot) => slot.rivals.map((rival) => [rival, slot.winner] as const)),
  )
  const rulings = new Map<ScanId, Ruling>()
  for (const { scan } of admitted) {
    const { id } = scan.body
    const undoneBy = voids.get(id)
    const winner = winnerByRival.get(id)
    if (undoneBy) rulings.set(id, { kind: 'voided', by: undoneBy })
    else rulings.set(id, winner ? { kind: 'superseded', by: winner } : { kind: 'confirmed' })
  }
  return rulings
}

/** Entries minus exits along TM6 order; an exit that nobody is inside for takes away nobody (EN5). */
function countPeople(standing: readonly TimedScan[]): number {
  return standing.reduce(
    (people, { scan }) => (scan.body.act === 'entry' ? people + 1 : Math.max(0, people - 1)),
    0,
  )
}
