import type { InviteeDetails, InviteeStore } from '@eventpass/api'
import type { EventId, InviteeNo } from '@eventpass/domain'
import type { TicketRowKept } from './rows.ts'
import type { Scope } from './scope.ts'

/** Invitees, as far as a simulated event has them: what its newest tickets say, and where people are. */
export function createModelInvitees(scope: Scope): InviteeStore {
  const { admissions, gifts, statement, tickets } = scope
  const ofEvent = (event: EventId) =>
    tickets
      .all()
      .filter((row) => row.event === event && row.erasedMs === null)
      .sort((a, b) => a.invitee - b.invitee || b.generation - a.generation)
  const stateOf = (event: EventId, no: InviteeNo): InviteeDetails['state'] => {
    const ever = admissions
      .all()
      .filter((row) => row.event === event && row.invitee === no && row.firstMs !== null)
    if (ever.some(({ list }) => gifts.get(list))) return 'gift_claimed'
    return ever.length > 0 ? 'checked_in' : 'pending'
  }
  const toDetails = (row: TicketRowKept): InviteeDetails => {
    const { invitee: no, name, category, party, blocked, notice, state: ticketState } = row
    const state = stateOf(row.event, no)
    return {
      ...{ no, name, email: null, phone: null, category, externalId: null, party },
      ...{ blocked, notice, state, ticketState },
    }
  }
  return {
    async findPage(event, { after, limit }) {
      await statement()
      const newest = ofEvent(event).filter((row, at, all) => all[at - 1]?.invitee !== row.invitee)
      return newest
        .filter(({ invitee }) => invitee > after)
        .slice(0, limit)
        .map(toDetails)
    },
    async lock(event, no) {
      await scope.lock(`invitee/${event}/${no}`)
      await statement()
      const newest = ofEvent(event).find(({ invitee }) => invitee === no)
      return newest ? toDetails(newest) : null
    },
    async setDoor(event, no, door, revision) {
      await statement()
      for (const row of ofEvent(event)) {
        if (row.invitee === no) tickets.set(row.ticket, { ...row, ...door, revision })
      }
    },
  }
}
