import type { StoredLink } from '@eventpass/api'
import type { Quarantine, ScanHash, ScanId } from '@eventpass/domain'
import { type SQL, sql } from 'drizzle-orm'

/** A scan as far as the chain of its device looks at it. */
export const linkColumns: SQL = sql`id, seq, encode(prev, 'hex') as prev,
  encode(hash, 'hex') as hash, epoch, mono_ms::float8 as mono, quarantine, connected, branch`

export function linkOf(row: object): StoredLink {
  const link = row as Row
  const { id, seq, prev, hash, epoch, mono, quarantine, connected, branch } = link
  const clock = epoch === null || mono === null ? null : { epoch, monoMs: mono }
  return { id, seq, prev, hash, clock, quarantine, connected, branch }
}

interface Row {
  readonly id: ScanId | null
  readonly seq: number
  readonly prev: ScanHash
  readonly hash: ScanHash
  readonly epoch: number | null
  readonly mono: number | null
  readonly quarantine: Quarantine | null
  readonly connected: boolean
  readonly branch: ScanHash | ''
}
