import type { TicketState } from '@eventpass/domain'
import type { ClockPlan } from '../gate/tablet-clock.ts'
import type { LineMode, LinePlan } from '../net/line.ts'

/** What happens to a simulated world, as plain data: a seed makes it, and a failure is cut down by dropping steps. */
export interface Plan {
  readonly seed: string
  readonly tickets: number
  /** How many gifts there are; unlimited where null. */
  readonly stock?: number | null
  /** Nodes that go on while they do not see the database, each with its journal; none where it is left out. */
  readonly nodes?: number
  readonly tablets: readonly TabletPlan[]
  readonly steps: readonly Step[]
}

export interface TabletPlan {
  readonly clock: ClockPlan
  readonly line: LinePlan
  /** Index of the list that it checks: 0 counts once, 1 stays, 2 gives gifts. */
  readonly list: number
  readonly role: 'steward' | 'supervisor'
}

/** `at` is in ms since the doors opened, nights not counted; `tablet` and `ticket` are indexes; ticket -1 is the one issued last. */
export type Step = { readonly at: number } & (
  | {
      readonly do: 'scan'
      readonly tablet: number
      readonly ticket: number
      readonly act: 'entry' | 'exit'
      readonly by: 'code' | 'name' | 'forged'
      readonly force: boolean
    }
  | { readonly do: 'answer' | 'undo' | 'sync'; readonly tablet: number }
  | { readonly do: 'kill' | 'sleep'; readonly tablet: number; readonly ms: number }
  | { readonly do: 'stepWall'; readonly tablet: number; readonly ms: number }
  | { readonly do: 'line'; readonly tablet: number; readonly mode: LineMode; readonly ms: number }
  | { readonly do: 'backUp' | 'restore' | 'clone' | 'damage'; readonly tablet: number }
  | { readonly do: 'revoke' | 'pairAnew'; readonly tablet: number }
  | { readonly do: 'move'; readonly tablet: number; readonly list: number }
  | {
      readonly do: 'state'
      readonly ticket: number
      readonly state: Exclude<TicketState, 'reprinted'>
    }
  | { readonly do: 'reprint'; readonly ticket: number }
  | { readonly do: 'issue' }
  /** The organiser erases whoever has that ticket. */
  | { readonly do: 'erase'; readonly ticket: number }
  | { readonly do: 'night'; readonly ms: number }
  | { readonly do: 'centralKill' | 'centralBackUp' | 'centralRestore' }
  /** Central's database, or what sheds claims before it, is gone for so long; the database also in the middle of the next commit. */
  | { readonly do: 'databaseAway' | 'databaseLostInCommit' | 'shedAway'; readonly ms: number }
  /** A node does not see the database for so long; also in the middle of its next commit, or of what it replays next. */
  | {
      readonly do: 'nodeLosesDatabase' | 'nodeLosesCommit' | 'nodeLosesReplay'
      readonly node: number
      readonly ms: number
    }
  /** A node is gone for so long; also in the middle of what it writes down or replays next. */
  | {
      readonly do: 'nodeKill' | 'nodeDiesJournaling' | 'nodeDiesReplaying'
      readonly node: number
      readonly ms: number
    }
  /** The hub's line to central is gone for so long. */
  | { readonly do: 'uplinkDown'; readonly ms: number }
  | { readonly do: 'hubLosesDisk' }
  /** Who grants claims changes: a hub that nobody hears, or central again. */
  | { readonly do: 'authority'; readonly hub: boolean }
  | { readonly do: 'stock'; readonly stock: number | null }
)

/** A step in a line, for people. */
export function describeStep({ at, do: verb, ...rest }: Step): string {
  const details = Object.entries(rest).map(([name, value]) => `${name} ${value}`)
  return `${(at / 1_000).toFixed(3).padStart(9)} s  ${verb} ${details.join(', ')}`
}
