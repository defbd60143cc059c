import { fail } from '@eventpass/domain'
import type { ClaimRefused } from '../claims/accept-claim.ts'
import type { Appended, Journal } from './journal.ts'
import type { KnownCallers } from './known-callers.ts'
import type { DatabaseWatch } from './watch-database.ts'

/** What a node goes on with while Postgres is away (CL4). */
export interface Failover {
  readonly watch: DatabaseWatch
  readonly journal: Journal
  readonly callers: KnownCallers
}

/** Null where the database is embedded: it lives and ends with this very process. */
export interface FailoverDep {
  readonly failover: Failover | null
}

/** Written down and decided later; nothing was granted or refused. */
export interface Provisional {
  readonly outcome: 'provisional'
  readonly atMs: number
}

export interface AwayRefused {
  readonly kind: 'database_away' | 'not_known_while_away' | 'journal_full'
  readonly message: string
}

export const databaseAway = {
  kind: 'database_away',
  message: 'Central’s database is away. Nothing of this was taken. Try again in a moment.',
} as const satisfies AwayRefused

/** A device, event or code that this node has nothing to verify by while the database is away. */
export const notKnownWhileAway = {
  kind: 'not_known_while_away',
  message:
    'Central’s database is away, and this node cannot verify that without it. Nothing was taken. Try again in a moment.',
} as const satisfies AwayRefused

const journalFull = {
  kind: 'journal_full',
  message:
    'Central’s database is away and the journal of this node is full. Nothing of this was taken. Keep it and try again later.',
} as const satisfies AwayRefused

const opReused = {
  kind: 'op_reused',
  message: 'This id asked for something else before. Ask with a new one.',
} as const satisfies ClaimRefused

/** What whoever asked is told of their entry. */
export function toProvisional(appended: Appended) {
  if (appended.kind === 'full') return fail(journalFull)
  if (appended.kind === 'reused') return fail(opReused)
  const { atMs } = appended
  return { ok: true, value: { outcome: 'provisional', atMs } satisfies Provisional } as const
}
