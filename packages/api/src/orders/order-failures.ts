import { fail, type InviteeNo, type TicketState } from '@eventpass/domain'
import type { Order } from './order-store.ts'

export interface OrderRefused {
  readonly kind: 'order_not_found' | 'order_settled' | 'invitee_held' | 'ticket_not_valid'
  readonly message: string
}

export const orderNotFound = {
  kind: 'order_not_found',
  message: 'This event has no such order.',
} as const satisfies OrderRefused

export function orderSettled({ state, settledMs }: Order) {
  const at = settledMs === null ? '' : ` since ${new Date(settledMs).toISOString()}`
  return fail({
    kind: 'order_settled',
    message: `The order is ${state}${at}. Create a new one for the same invitees.`,
  } as const)
}

export function inviteesHeld(held: readonly InviteeNo[]) {
  return fail({
    kind: 'invitee_held',
    message: `Another order holds ${held.join(', ')}. Cancel that one, or leave them out.`,
  } as const)
}

export function ticketNotValid(no: InviteeNo, state: TicketState) {
  return fail({
    kind: 'ticket_not_valid',
    message: `The ticket of invitee ${no} is ${state}. Restore it before an order holds it.`,
  } as const)
}
