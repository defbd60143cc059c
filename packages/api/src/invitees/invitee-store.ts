import type { EventId, InviteeNo, TicketState } from '@eventpass/domain'

/** An invitee as its organiser sees it. */
export interface InviteeDetails {
  readonly no: InviteeNo
  readonly name: string
  readonly email: string | null
  readonly phone: string | null
  /** Index into the event's categories. */
  readonly category: number | null
  readonly externalId: string | null
  readonly party: number | null
  readonly blocked: boolean
  readonly notice: string | null
  readonly state: 'pending' | 'checked_in' | 'gift_claimed'
  /** Of the newest ticket. */
  readonly ticketState: TicketState
}

/** Invitees of one tenant. */
export interface InviteeStore {
  /** By number, behind `after`; with a query, those whose folded name holds every folded word. */
  readonly findPage: (
    event: EventId,
    page: { readonly after: number; readonly limit: number; readonly words: readonly string[] },
  ) => Promise<readonly InviteeDetails[]>
  /** Locks the invitee and then its tickets; every writer of both does it in this order. */
  readonly lock: (event: EventId, no: InviteeNo) => Promise<InviteeDetails | null>
  readonly setDoor: (
    event: EventId,
    no: InviteeNo,
    door: { readonly blocked: boolean; readonly notice: string | null },
    revision: number,
  ) => Promise<void>
}
