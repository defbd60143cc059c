import type { ManifestTicket } from '@eventpass/domain'
import { and, gt, lte, type SQL, sql } from 'drizzle-orm'
import type { Database } from '../client/drizzle.ts'
import { inSlices } from '../slices.ts'
import { ticket } from './schema.ts'
import { columnsToTicket, ticketColumns } from './ticket-rows.ts'

/** Current tickets whose folded name is like every pattern, by name; in slices (RP6). */
export async function searchTickets(
  db: Database,
  patterns: readonly string[],
  limit: number,
): Promise<readonly ManifestTicket[]> {
  const matches = and(
    sql`${ticket.flags} & 7 <> 1`,
    ...patterns.map(
      (pattern): SQL => sql`coalesce(${ticket.fold}, ${ticket.name}) LIKE ${pattern} ESCAPE '\\'`,
    ),
  )
  const found: ManifestTicket[] = []
  let after: ManifestTicket['digest'] | null = null
  await inSlices(async (rows) => {
    const behind = after === null ? undefined : gt(ticket.digest, after)
    const last = await db
      .select({ digest: ticket.digest })
      .from(ticket)
      .where(behind)
      .orderBy(ticket.digest)
      .limit(1)
      .offset(rows - 1)
    after = last[0]?.digest ?? null
    const slice = await db
      .select(ticketColumns)
      .from(ticket)
      .where(and(behind, after === null ? undefined : lte(ticket.digest, after), matches))
      .limit(limit - found.length)
    found.push(...slice.map(columnsToTicket))
    return after !== null && found.length < limit
  })
  return found.sort((a, b) => a.name.localeCompare(b.name) || a.invitee - b.invitee)
}
