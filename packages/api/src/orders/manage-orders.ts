import {
  type EventId,
  fail,
  type InviteeNo,
  type OrderId,
  ok,
  type Result,
  type TenantId,
} from '@eventpass/domain'
import { type Actor, writeAudit } from '../audit/write-audit.ts'
import { type EventNotFound, eventNotFound } from '../events/edit-event.ts'
import { type InviteeNotFound, inviteeNotFound } from '../invitees/manage-invitees.ts'
import type { PlatformDep } from '../platform.ts'
import { randomUuid } from '../random-ids.ts'
import type { TenancyDep } from '../tenancy/tenancy.ts'
import {
  inviteesHeld,
  type OrderRefused,
  orderNotFound,
  orderSettled,
  ticketNotValid,
} from './order-failures.ts'
import type { Order } from './order-store.ts'
import { settleOrder } from './settle-order.ts'

export const inviteesPerOrderMax = 50
export const ordersPerPageMax = 200
/** How long an order may hold: few values, since each has a delay queue of its own. */
export const holdMinutesChoices = [5, 10, 15, 20, 30, 45, 60, 120, 240, 1_440] as const
export type HoldMinutes = (typeof holdMinutesChoices)[number]

type OrderDeps = TenancyDep & PlatformDep

/**
 * Holds invitees for a buyer (OR1). Their tickets are unpaid from now on: each list asks or refuses,
 * as it says. The order expires when its time is over, whatever becomes of processes and broker.
 */
export function createOrder(
  deps: OrderDeps,
  tenant: TenantId,
  actor: Actor,
  wanted: {
    readonly event: EventId
    readonly invitees: readonly InviteeNo[]
    readonly holdMinutes: HoldMinutes
    readonly reference: string | null
  },
): Promise<Result<Order, EventNotFound | InviteeNotFound | OrderRefused>> {
  const { event, reference } = wanted
  const invitees = [...new Set(wanted.invitees)].sort((a, b) => a - b)
  return deps.tx(tenant, async (tx) => {
    if (!(await tx.events.lock(event))) return fail(eventNotFound)
    const tickets = []
    for (const no of invitees) {
      const current = await tx.tickets.lockCurrent(event, no)
      if (!current) return fail(inviteeNotFound)
      if (current.state === 'revoked') return ticketNotValid(no, current.state)
      tickets.push(current)
    }
    const held = await tx.orders.findHeld(event, invitees)
    if (held.length > 0) return inviteesHeld(held)

    const holdMs = wanted.holdMinutes * 60_000
    const createdMs = deps.now()
    const id = randomUuid<OrderId>(deps)
    const order: Order = {
      ...{ id, event, reference, invitees, createdMs },
      state: 'created',
      dueMs: createdMs + holdMs,
      settledMs: null,
    }
    await tx.orders.create(order)
    await tx.outbox.enqueue([
      { topic: 'orders', key: { event, order: id }, delayMs: holdMs },
      { topic: 'notifications', key: { event, kind: 'order.created', subject: id }, delayMs: 0 },
    ])
    await writeAudit(deps, tx, actor, {
      action: 'orders.create',
      event,
      subjectKind: 'order',
      subjectId: id,
      before: null,
      after: order,
    })
    const revision = await tx.events.raiseManifest(event, { frame: false, inviteesAdded: 0 })
    for (const { ticket, state } of tickets) {
      if (state === 'unpaid') continue
      await tx.tickets.setState(ticket, { state: 'unpaid', stateMs: createdMs, revision })
    }
    return ok(order)
  })
}

/** The money is there, or the order is taken back (OR2). The same again changes nothing. */
export function endOrder(
  deps: OrderDeps,
  tenant: TenantId,
  actor: Actor,
  at: { readonly event: EventId; readonly order: OrderId },
  state: 'paid' | 'cancelled',
): Promise<Result<Order, OrderRefused>> {
  return deps.tx(tenant, async (tx) => {
    const order = await tx.orders.lock(at.event, at.order)
    if (!order) return fail(orderNotFound)
    if (order.state === state) return ok(order)
    // Whoever is late by a moment is late: the sweep may be, and must not decide.
    if (order.state !== 'created' || order.dueMs <= deps.now()) {
      return orderSettled(order.state === 'created' ? { ...order, state: 'expired' } : order)
    }
    return ok(await settleOrder(deps, tx, actor, order, state))
  })
}

/** A page of orders, newest first. */
export function listOrders(
  deps: TenancyDep,
  tenant: TenantId,
  event: EventId,
  page: { readonly before: OrderId | null; readonly limit: number },
): Promise<Result<readonly Order[], EventNotFound>> {
  return deps.tx(tenant, async (tx) =>
    (await tx.events.find(event)) ? ok(await tx.orders.findPage(event, page)) : fail(eventNotFound),
  )
}
