import type { ClaimFacts } from '@eventpass/api'
import type { EventId, ManifestFrame, TicketId } from '@eventpass/domain'
import { rowToTicket, type TicketRow } from '@eventpass/sync'

/** Place among the claims, then what is not the same for all common ones. */
export type CommonRow = readonly [
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

/** Facts of a claim by an active device of a code that nobody scanned or claimed on that list yet. */
export function toCommonFacts(
  [, role, label, no, revision, nowMs, ticketId, kid, ticket]: CommonRow,
  { event, frame }: { readonly event: EventId; readonly frame: ManifestFrame },
): ClaimFacts {
  return {
    ...{ earlier: null, fenceDue: false, late: null, stock: null, uses: [], claims: [] },
    ...{ event, frame, nowMs, revision },
    device: { state: 'active', role, label },
    authority: { no, hub: null },
    ticket: { ...rowToTicket(ticket), ticketId, kid },
  }
}
