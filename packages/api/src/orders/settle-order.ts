import type { TicketState } from '@eventpass/domain'
import { type Actor, writeAudit } from '../audit/write-audit.ts'
import type { PlatformDep } from '../platform.ts'
import type { TenantTx } from '../tenancy/tenancy.ts'
import type { Order, OrderState } from './order-store.ts'

type Settled = Exclude<OrderState, 'created'>

/** What becomes of a ticket that still waits for the money. */
const ticketAfter = {
  paid: 'valid',
  expired: 'cancelled',
  cancelled: 'cancelled',
} as const satisfies Record<Settled, TicketState>

/**
 * Ends a locked order: its tickets become valid, or are refused from the next pull on (OR3).
 *
 * A ticket that somebody changed meanwhile stays as they left it. Locks go on as everywhere: event,
 * invitees in number order with their tickets, and the revision line last.
 */
export async function settleOrder(
  deps: PlatformDep,
  tx: TenantTx,
  actor: Actor,
  order: Order,
  state: Settled,
): Promise<Order> {
  const { event, id } = order
  await tx.events.lock(event)
  const waiting = []
  for (const no of order.invitees) {
    const current = await tx.tickets.lockCurrent(event, no)
    if (current?.state === 'unpaid') waiting.push(current.ticket)
  }
  const after: Order = { ...order, state, settledMs: deps.now() }
  await tx.orders.settle(id, { state, settledMs: deps.now() })
  await tx.outbox.enqueue([
    { topic: 'notifications', key: { event, kind: `order.${state}`, subject: id }, delayMs: 0 },
  ])
  await writeAudit(deps, tx, actor, {
    action: `orders.${state}`,
    event,
    subjectKind: 'order',
    subjectId: id,
    before: order,
    after,
  })
  if (waiting.length === 0) return after
  const revision = await tx.events.raiseManifest(event, { frame: false, inviteesAdded: 0 })
  for (const ticket of waiting) {
    await tx.tickets.setState(ticket, {
      state: ticketAfter[state],
      stateMs: deps.now(),
      revision,
    })
  }
  return after
}
