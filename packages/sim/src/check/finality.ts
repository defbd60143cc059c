import {
  indexContacts,
  isFinal,
  type LedgerSource,
  type ListId,
  type ScanId,
  slotTimes,
} from '@eventpass/domain'
import { letIn } from '../central/rows.ts'
import type { World } from '../run/world.ts'
import { type CentralKey, type CentralState, readCentral, ruleAnew } from './central-state.ts'

interface FinalSlot {
  readonly key: string
  readonly list: ListId
  readonly winner: ScanId
  readonly atMs: number
  /** Voids and forced entries of the key that were known then: later ones may change it. */
  readonly actsOfPeople: number
}

/** Watches that what was shown as final stays so (TM8). */
export interface FinalityWatch {
  /** Notes what is final now, and whether what was final before still stands. */
  readonly look: () => void
}

export function watchFinality(world: World): FinalityWatch {
  const finals = new Map<string, FinalSlot>()
  world.onCentralRestored = (takenAtMs) => {
    // What central knew after the backup is gone with its database, and what rested on it.
    for (const [name, { atMs }] of finals) if (atMs >= takenAtMs) finals.delete(name)
  }
  return {
    look() {
      const state = readCentral(world)
      const sources = sourcesOf(state)
      for (const key of state.keys.values()) {
        const outcome = ruleAnew(state, key, null)
        for (const [name, final] of finals) {
          if (final.key !== key.name) continue
          const ruling = outcome.rulings.get(final.winner)
          if (ruling?.kind === 'confirmed' || mayChange(world, key, final)) continue
          finals.delete(name)
          world.violations.push(
            `finality: ${final.winner} was final and is now ${JSON.stringify(ruling)}`,
          )
        }
        for (const slot of outcome.slots) {
          const times = slotTimes(outcome, slot)
          const name = `${key.name}/${slot.winner}`
          if (!times || finals.has(name) || !isFinal(times, sources)) continue
          world.rare.add('final_slot')
          finals.set(name, {
            ...{ key: key.name, list: key.list.id, winner: slot.winner, atMs: world.time.nowMs() },
            actsOfPeople: countActs(key),
          })
        }
      }
    },
  }
}

/**
 * A void, a forced act, or the proof that a tablet was copied: it may be a contact, long before a
 * fork, and bars what that tablet undid as well.
 */
function mayChange(
  { truth }: World,
  key: CentralKey,
  { winner, actsOfPeople }: FinalSlot,
): boolean {
  const isCopied = key.scans.some(
    ({ body }) =>
      truth.copied.has(body.device) &&
      (key.list.counting === 'stay' || body.act === 'void' || body.id === winner),
  )
  return isCopied || countActs(key) !== actsOfPeople
}

function countActs({ scans }: CentralKey): number {
  return scans.filter(({ body }) => body.act === 'void' || body.forced).length
}

function sourcesOf(state: CentralState): readonly LedgerSource[] {
  const { devices, contactIndexes, hubSources } = state
  const own = [...devices.values()]
    .filter((device) => letIn(device) !== null)
    .map(({ id, throughSeq, retiredHeadSeq, forkSeq }) => ({
      kind: 'device' as const,
      contacts: contactIndexes.get(id) ?? indexContacts([]),
      throughSeq,
      closedAtSeq:
        retiredHeadSeq === null && forkSeq === null
          ? null
          : Math.min(retiredHeadSeq ?? Infinity, (forkSeq ?? Infinity) - 1),
    }))
  return [...own, ...hubSources]
}
