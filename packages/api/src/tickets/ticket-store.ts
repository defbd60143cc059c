import type { Digest, EventId, InviteeNo, TicketId, TicketState } from '@eventpass/domain'

/** The newest ticket of an invitee, with what is printed beside its code. */
export interface CurrentTicket {
  readonly no: InviteeNo
  readonly name: string
  readonly category: number | null
  readonly party: number | null
  readonly ticket: TicketId
  readonly kid: number
  readonly generation: number
  readonly state: TicketState
}

/** Tickets of one tenant. */
export interface TicketStore {
  /** By invitee number, behind `after`. */
  readonly findPage: (
    event: EventId,
    after: number,
    limit: number,
  ) => Promise<readonly CurrentTicket[]>
  /** Locks the invitee and then its tickets. */
  readonly lockCurrent: (event: EventId, no: InviteeNo) => Promise<CurrentTicket | null>
  readonly setState: (
    ticket: TicketId,
    change: { readonly state: TicketState; readonly stateMs: number; readonly revision: number },
  ) => Promise<void>
  /** The next generation of that invitee's ticket. */
  readonly addGeneration: (
    event: EventId,
    no: InviteeNo,
    added: {
      readonly ticket: TicketId
      readonly digest: Digest
      readonly kid: number
      readonly generation: number
      readonly state: TicketState
      readonly revision: number
    },
  ) => Promise<void>
}
