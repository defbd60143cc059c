import type { Entry, Plan, Run } from './plan.ts'

/** Which state of the plan a table holds. */
export interface Stamp {
  /** The number of lines of history: each change adds at least one. */
  readonly revision: number
  /** Digest of the template from which the definitions were taken. */
  readonly templateDigest: string
}

export type StoreReading =
  | { readonly kind: 'absent' }
  | { readonly kind: 'damaged'; readonly why: string }
  | { readonly kind: 'present'; readonly stamp: Stamp; readonly plan: Plan }

/** What was added to a table since a revision. */
interface StoreTail {
  readonly history: readonly Entry[]
  readonly runs: readonly Run[]
}

/** One change: `after` holds the history of `before` and more. */
export interface StoreChange {
  readonly before: Plan
  readonly after: Plan
  readonly templateDigest: string
}

/** The table of the plan. Its writer holds the plan's lock. */
export interface PlanStore {
  /** Null where there is no readable table. */
  readStamp(): Promise<Stamp | null>
  read(): Promise<StoreReading>
  /** The lines of history from this revision on, and the runs that they name, of a readable table. */
  readSince(revision: number): Promise<StoreTail>
  /** All or nothing; false, with nothing written, when the table is no longer at `before`. */
  write(change: StoreChange): Promise<boolean>
  /** Makes the table hold exactly this plan, whatever it held. */
  replace(plan: Plan, templateDigest: string): Promise<void>
  /** Puts a damaged table out of the way, kept for whoever wants to look; says where it went. */
  setAside(): Promise<string>
  close(): Promise<void>
}

/** Rows of this form; another number is rebuilt from the mirror. */
export const tableFormat = 2

/** What a reader makes of tables whose stamp it cannot read. */
export const whatIsThere = (anything: boolean): StoreReading =>
  anything ? { kind: 'damaged', why: 'it has another form' } : { kind: 'absent' }
