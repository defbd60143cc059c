import type { ManifestFrame, ManifestTicket } from '@eventpass/domain'
import { ticketToRow } from '@eventpass/sync'
import { gt } from 'drizzle-orm'
import type { Database } from '../client/drizzle.ts'
import { inSlices } from '../slices.ts'
import { ticket } from './schema.ts'
import { columnsToTicket, ticketColumns } from './ticket-rows.ts'

const modulus = 1n << 128n

/**
 * Sum mod 2^128 of SHA-256 over each row's canonical form, 32 hex digits (SY4).
 *
 * A sum needs no order, so two replicas agree whatever the way their rows came. A ticket's
 * canonical form is its row on the wire; the frame's is its JSON with sorted keys, since stores
 * may hand keys out in another order. The scan summary is left out: deltas do not touch it.
 */
export async function sumChecksum(db: Database, frame: ManifestFrame): Promise<string> {
  let sum = await sumOf([`frame${sortedJson(frame)}`])
  let after: ManifestTicket['digest'] | null = null
  await inSlices(async (rows) => {
    const rowsRead = await db
      .select(ticketColumns)
      .from(ticket)
      .where(after === null ? undefined : gt(ticket.digest, after))
      .orderBy(ticket.digest)
      .limit(rows)
    const slice: readonly ManifestTicket[] = rowsRead.map(columnsToTicket)
    sum += await sumOf(slice.map((row) => `ticket${JSON.stringify(ticketToRow(row))}`))
    after = slice.at(-1)?.digest ?? null
    return slice.length === rows
  })
  return (sum % modulus).toString(16).padStart(32, '0')
}

async function sumOf(texts: readonly string[]): Promise<bigint> {
  const encoder = new TextEncoder()
  const hashes = await Promise.all(
    texts.map((text) => crypto.subtle.digest('SHA-256', encoder.encode(text))),
  )
  return hashes.reduce((sum, hash) => sum + lowHalf(new DataView(hash)), 0n)
}

/** A SHA-256 as a big-endian number, mod 2^128. */
function lowHalf(hash: DataView): bigint {
  return (hash.getBigUint64(16) << 64n) | hash.getBigUint64(24)
}

function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}
