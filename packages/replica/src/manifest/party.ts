import type { ManifestStore } from '@eventpass/sync'
import type { Transaction } from '@libsql/core/api'
import { eq, sql } from 'drizzle-orm'
import type { Database } from '../client/drizzle.ts'
import { party, ticket } from './schema.ts'
import { columnsToTicket, ticketColumns } from './ticket-rows.ts'

const prefixBytes = 4
/** First and last digest with a prefix, as SQL over a row of `party`. */
const firstDigest = 'party.prefix'
const lastDigest = `unhex(hex(party.prefix) || '${'ff'.repeat(16 - prefixBytes)}')`
const pairsOfTickets = `SELECT party, substr(digest, 1, ${prefixBytes}) FROM ticket`

/** Fills the table from all tickets, in its own order. */
export const fillPartiesSql = `INSERT OR IGNORE INTO party ${pairsOfTickets}
  WHERE party IS NOT NULL ORDER BY 1, 2`

/** Finds the current tickets of a party. */
export function prepareParty(db: Database): ManifestStore['findParty'] {
  const query = db
    .select(ticketColumns)
    .from(party)
    .innerJoin(
      ticket,
      sql.raw(`ticket.digest >= ${firstDigest} AND ticket.digest <= ${lastDigest}
        AND ticket.party = party.no AND ticket.flags & 7 <> 1`),
    )
    .where(eq(party.no, sql.placeholder('party')))
    .prepare()
  return async (no) => (await query.execute({ party: no })).map(columnsToTicket)
}

/**
 * Runs a change of the tickets with these digests and keeps the parties in step with it. A pair goes
 * only where no ticket of that party has the prefix any more.
 */
export async function keepingParties(
  transaction: Transaction,
  digests: readonly string[],
  change: () => Promise<void>,
): Promise<void> {
  const touched = `${pairsOfTickets} WHERE digest IN (SELECT unhex(value) FROM json_each(?))
    AND party IS NOT NULL`
  const args = [JSON.stringify(digests)]
  const before = await transaction.execute({
    sql: `SELECT party, hex(substr(digest, 1, ${prefixBytes})) FROM ticket
      WHERE digest IN (SELECT unhex(value) FROM json_each(?)) AND party IS NOT NULL`,
    args,
  })
  await change()
  await transaction.execute({ sql: `INSERT OR IGNORE INTO party ${touched}`, args })
  const pairs = before.rows.map((row) => [row[0], row[1]])
  await transaction.execute({
    sql: `DELETE FROM party
      WHERE (no, prefix) IN (SELECT value->>0, unhex(value->>1) FROM json_each(?))
        AND NOT EXISTS (
          SELECT 1 FROM ticket WHERE digest >= ${firstDigest} AND digest <= ${lastDigest}
            AND ticket.party = party.no
        )`,
    args: [JSON.stringify(pairs)],
  })
}
