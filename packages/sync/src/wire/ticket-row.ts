import type { ManifestTicket } from '@eventpass/domain'
import type { TicketRow } from './pull.ts'

/** A replica's ticket as its row on the wire. */
export function ticketToRow(ticket: ManifestTicket): TicketRow {
  return [
    ticket.digest,
    ticket.invitee,
    ticket.name,
    ticket.category,
    ticket.state,
    ticket.stateAtMs,
    ticket.blocked ? 1 : 0,
    ticket.validFromMs,
    ticket.validUntilMs,
    ticket.party,
    ticket.notice,
  ]
}

/** The row of a delta as a replica's ticket. */
export function rowToTicket(row: TicketRow): ManifestTicket {
  const [digest, invitee, name, category, state, stateAtMs, blocked, from, until, party, notice] =
    row
  return {
    digest,
    invitee,
    name,
    category,
    state,
    stateAtMs,
    blocked: blocked === 1,
    validFromMs: from,
    validUntilMs: until,
    party,
    notice,
  }
}
