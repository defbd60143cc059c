import type { Claim, ClaimFacts, StandingClaim } from '@eventpass/api'
import {
  assert,
  type EventId,
  type ManifestFrame,
  type Ruling,
  type TenantId,
  type TicketId,
} from '@eventpass/domain'
import { rowToTicket, type TicketRow } from '@eventpass/sync'
import { sql } from 'drizzle-orm'
import type { Drizzle } from '../drizzle.ts'
import { toFrame } from '../ledger/manifest-reads-store.ts'
import { prepared } from '../prepared.ts'
import { queryRows } from '../query-rows.ts'
import type { PlaceCache } from './place-cache.ts'

/** Where a claim's statement runs: in a tenant's transaction, or as one of its own that it binds first. */
export interface StatementPlace {
  readonly db: Drizzle
  readonly tenant: TenantId
  readonly binds: boolean
}

/** Everything that a claim rests on, by one function: one view of the database, one round trip. */
export async function readClaimFacts(
  { db, tenant, binds }: StatementPlace,
  places: PlaceCache | null,
  { device, op, seq, epoch, list, digest }: Claim,
): Promise<ClaimFacts | null> {
  const known = places?.frameOf(tenant, list)
  const [row] = await queryRows<{ facts: FactsRow | null }>(
    db,
    prepared(sql`select claim_facts(${binds}, ${tenant}, ${device}, ${op}, ${seq}, ${epoch}, ${list},
      decode(${digest}, 'hex'), ${known?.event ?? null}, ${known?.revision ?? null}) as facts`),
  )
  const facts = row?.facts
  if (!facts) return null
  const { event, frameRevision: revision } = facts
  const frame = facts.frame === null ? known?.frame : toFrame(facts.frame)
  assert(frame, 'a frame is left out only where it is known')
  // What gives a gift is never a common claim: its stock is to be read each time.
  if (frame !== known?.frame && facts.stock === null)
    places?.keepFrame(tenant, list, { event, revision, frame })
  return toFacts(facts, list, frame)
}

interface FactsRow {
  readonly event: EventId
  readonly state: ClaimFacts['device']['state']
  readonly role: ClaimFacts['device']['role']
  readonly label: string
  readonly authorityNo: number
  readonly authorityHub: ClaimFacts['authority']['hub']
  readonly nowMs: number
  readonly revision: number
  readonly frameRevision: number
  /** Null where it is the one that is known. */
  readonly frame: unknown
  readonly ticket: TicketRow | null
  readonly ticketId: TicketId
  readonly kid: number
  readonly earlier: ClaimFacts['earlier']
  readonly fenceDue: boolean
  readonly late: ClaimFacts['late']
  readonly stock: ClaimFacts['stock']
  readonly claims: readonly StandingClaim[] | null
  readonly uses: readonly UseRow[] | null
}

type UseRow = Omit<ClaimFacts['uses'][number], 'ruling' | 'list'> & {
  readonly kind: Ruling['kind'] | null
  readonly by: string | null
}

function toFacts(row: FactsRow, list: Claim['list'], frame: ManifestFrame): ClaimFacts {
  const { event, state, role, label, nowMs, revision, earlier, fenceDue, late, stock } = row
  const { ticket, ticketId, kid, authorityNo: no, authorityHub: hub } = row
  return {
    ...{ event, earlier, fenceDue, late, nowMs, revision, stock },
    device: { state, role, label },
    authority: { no, hub },
    frame,
    ticket: ticket && { ...rowToTicket(ticket), ticketId, kid },
    claims: row.claims ?? [],
    uses: (row.uses ?? []).map(({ kind, by, ...use }) => ({
      ...use,
      list,
      ruling: kind === null ? null : ((kind === 'confirmed' ? { kind } : { kind, by }) as Ruling),
    })),
  }
}
