import type { Claim, ClaimFacts } from '@eventpass/api'
import type { TicketId } from '@eventpass/domain'
import { rowToTicket, type TicketRow } from '@eventpass/sync'
import { sql } from 'drizzle-orm'
import { prepared } from '../prepared.ts'
import { queryRows } from '../query-rows.ts'
import type { FrameCache } from './frame-cache.ts'
import type { ClaimPlace } from './read-claim-facts.ts'

/** Place among the claims, then what is not the same for all common ones. */
type CommonRow = readonly [
  place: number,
  role: ClaimFacts['device']['role'],
  label: string,
  authority: number,
  revision: number,
  nowMs: number,
  ticketId: TicketId,
  kid: number,
  ticket: TicketRow,
]

/** The facts of those claims that are common ones, in one statement; null for the others. */
export async function readCommonFacts(
  { db, tenant }: ClaimPlace,
  frames: FrameCache,
  claims: readonly Claim[],
): Promise<readonly (ClaimFacts | null)[]> {
  const known = claims.map(({ list }) => frames.get(tenant, list))
  const asked = claims.flatMap(({ device, op, seq, epoch, list, digest }, place) => {
    const frame = known[place]
    if (!frame) return []
    const { event, revision } = frame
    return [{ place, device, op, seq, epoch, list, digest: `\\x${digest}`, event, frame: revision }]
  })
  const facts: (ClaimFacts | null)[] = claims.map(() => null)
  if (asked.length === 0) return facts
  const [row] = await queryRows<{ facts: readonly CommonRow[] }>(
    db,
    prepared(sql`select common_claim_facts(${tenant}, ${JSON.stringify(asked)}) as facts`),
  )
  for (const [place, role, label, no, revision, nowMs, ticketId, kid, ticket] of row?.facts ?? []) {
    const frame = known[place]
    if (!frame) continue
    facts[place] = {
      ...{ earlier: null, fenceDue: false, late: null, stock: null, uses: [], claims: [] },
      ...{ event: frame.event, frame: frame.frame, nowMs, revision },
      device: { state: 'active', role, label },
      authority: { no, hub: null },
      ticket: { ...rowToTicket(ticket), ticketId, kid },
    }
  }
  return facts
}
