import type { Contact, ScanHash } from '@eventpass/domain'
import { eq, sql } from 'drizzle-orm'
import type { Scope } from '../client/drizzle.ts'
import { state } from './schema.ts'

/** The ledger's own few values, by name. */
export interface LedgerState {
  readonly epoch: number
  readonly receipt: {
    readonly throughSeq: number
    readonly hash: ScanHash
    readonly incarnation: string
  }
  readonly rulings_revision: number
  readonly contact: Contact
}

export async function readState<Name extends keyof LedgerState>(
  scope: Scope,
  name: Name,
): Promise<LedgerState[Name] | null> {
  const rows = await scope.select({ value: state.value }).from(state).where(eq(state.name, name))
  const text = rows[0]?.value
  return text === undefined ? null : (JSON.parse(text) as LedgerState[Name])
}

export async function writeState<Name extends keyof LedgerState>(
  scope: Scope,
  name: Name,
  value: LedgerState[Name],
): Promise<void> {
  await scope
    .insert(state)
    .values({ name, value: JSON.stringify(value) })
    .onConflictDoUpdate({ target: state.name, set: { value: sql`excluded.value` } })
}

/** Highest seq that central has confirmed; scans above it are pending. */
export async function readThroughSeq(scope: Scope): Promise<number> {
  return (await readState(scope, 'receipt'))?.throughSeq ?? 0
}
