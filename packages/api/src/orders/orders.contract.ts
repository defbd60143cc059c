import type { EventId, InviteeNo, OrderId } from '@eventpass/domain'
import { expect, test } from 'vitest'
import { openList } from '../invitees/open-list.contract.ts'
import { consumeOutboxOf, type OutboxWorld } from '../outbox/outbox.contract.ts'
import { expireDueOrders } from './expire-orders.ts'
import type { DueOrdersDep } from './order-store.ts'

export type OrdersWorld = OutboxWorld & DueOrdersDep

const minuteMs = 60_000

/** Invitees held by orders, from the order to its end, over real stores. */
export function ordersContract(open: () => OrdersWorld): void {
  const openOrders = async () => {
    const world = open()
    const { caller, event, importLines } = await openList(world)
    await importLines(['Name', 'Anna', 'Ben', 'Cleo'])
    const { tenant } = await caller.accounts.me()
    const states = async () =>
      (await caller.invitees.list({ event })).map(({ ticketState }) => ticketState)
    const create = (...invitees: number[]) => caller.orders.create({ event, invitees })
    const sweep = () => expireDueOrders({ ...world.deps, dueOrders: world.dueOrders })
    const pass = (ms: number) => {
      world.clock.ms += ms
    }
    const actions = async () =>
      (await world.deps.tx(tenant, (tx) => tx.audit.findRecent(20))).map(
        ({ action, who }) => `${action} ${who.split(':')[0]}`,
      )
    return { world, caller, event, tenant, states, create, sweep, pass, actions }
  }

  test('[OR1] an order holds its invitees: their tickets are unpaid, and gates hear of it with the next pull', async () => {
    const { world, caller, event, tenant, states, create, pass } = await openOrders()
    const before = (await caller.events.counts({ event })).manifestRevision
    const order = await caller.orders.create({
      event,
      invitees: [2, 1, 2],
      holdMinutes: 10,
      reference: ' INV-7 ',
    })
    expect(order).toMatchObject({ state: 'created', invitees: [1, 2], reference: 'INV-7' })
    expect(order.dueMs - order.createdMs).toBe(10 * minuteMs)
    expect(await states()).toEqual(['unpaid', 'unpaid', 'valid'])
    const changes = await world.deps.tx(tenant, (tx) =>
      tx.manifest.findChanges(event, before, 1_000, 10),
    )
    expect(changes.tickets.map(({ state }) => state)).toEqual(['unpaid', 'unpaid'])
    expect(await caller.orders.list({ event })).toEqual([order])
    pass(1)
    const newer = await create(3)
    expect(await caller.orders.list({ event, limit: 1 })).toEqual([newer])
    expect(await caller.orders.list({ event, before: newer.id })).toEqual([order])
  })

  test('[OR1] one order at a time holds an invitee, also when two are made at once', async () => {
    const { caller, event, states, create } = await openOrders()
    const both = await Promise.allSettled([create(1, 2), create(2, 3)])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect((await states()).filter((state) => state === 'unpaid')).toHaveLength(2)
    await expect(create(2)).rejects.toThrow('Another order holds 2.')
    await expect(create(9)).rejects.toThrow('no invitee of that number')
    await caller.tickets.setState({ event, no: 3, state: 'revoked' })
    await expect(create(3)).rejects.toThrow('revoked')
  })

  test('[OR2] paid makes its tickets valid, once and for all', async () => {
    const { caller, event, states, create, sweep, pass, actions } = await openOrders()
    const { id: order } = await create(1, 2)
    const paid = await caller.orders.markPaid({ event, order })
    expect(paid).toMatchObject({ state: 'paid' })
    expect(await caller.orders.markPaid({ event, order })).toEqual(paid)
    expect(await states()).toEqual(['valid', 'valid', 'valid'])
    pass(60 * minuteMs)
    await sweep()
    expect(await states()).toEqual(['valid', 'valid', 'valid'])
    await expect(caller.orders.cancel({ event, order })).rejects.toThrow('The order is paid')
    expect(await actions()).toEqual(
      expect.arrayContaining(['orders.create user', 'orders.paid user']),
    )
  })

  test('[OR2] cancelled refuses its tickets; they may be ordered again', async () => {
    const { caller, event, states, create } = await openOrders()
    const { id: order } = await create(1)
    expect(await caller.orders.cancel({ event, order })).toMatchObject({ state: 'cancelled' })
    expect(await states()).toEqual(['cancelled', 'valid', 'valid'])
    await expect(caller.orders.markPaid({ event, order })).rejects.toThrow('Create a new one')
    await create(1)
    expect(await states()).toEqual(['unpaid', 'valid', 'valid'])
    const stranger = crypto.randomUUID() as OrderId
    await expect(caller.orders.cancel({ event, order: stranger })).rejects.toThrow('no such order')
  })

  test('[OR3] over is over: the ticket is refused from the next pull on, and late money is told so', async () => {
    const { world, caller, event, tenant, states, create, sweep, pass, actions } =
      await openOrders()
    const { id: order, dueMs } = await create(1, 2)
    // Somebody decided about one of them meanwhile: that stands.
    await caller.tickets.setState({ event, no: 2, state: 'valid' })
    pass(dueMs - world.clock.ms - 1)
    await sweep()
    expect(await states()).toEqual(['unpaid', 'valid', 'valid'])
    pass(1)
    // Due, though nobody has come to it yet.
    await expect(caller.orders.markPaid({ event, order })).rejects.toThrow('expired')
    const before = (await caller.events.counts({ event })).manifestRevision
    await Promise.all([sweep(), sweep()])
    expect(await states()).toEqual(['cancelled', 'valid', 'valid'])
    const changes = await world.deps.tx(tenant, (tx) =>
      tx.manifest.findChanges(event, before, 1_000, 10),
    )
    expect(changes.tickets).toEqual([
      expect.objectContaining({ state: 'cancelled', stateAtMs: world.clock.ms }),
    ])
    expect((await actions()).filter((action) => action === 'orders.expired system')).toHaveLength(1)
    await expect(caller.orders.markPaid({ event, order })).rejects.toThrow('expired since')
  })

  test('[OR4] the message makes it prompt and decides nothing: early, late, repeated or never', async () => {
    const { world, tenant, event, states, create, sweep, pass } = await openOrders()
    const early = await create(1)
    const late = await create(2)
    const deliver = await consumeOutboxOf(world, tenant, 'orders')
    await deliver()
    expect(await states()).toEqual(['unpaid', 'unpaid', 'valid'])
    pass(60 * minuteMs)
    await sweep()
    expect(await states()).toEqual(['cancelled', 'cancelled', 'valid'])
    const settled = await world.deps.tx(tenant, (tx) =>
      tx.orders.findPage(event, { before: null, limit: 10 }),
    )
    expect(settled.map(({ id, state }) => ({ id, state }))).toEqual(
      expect.arrayContaining([early, late].map(({ id }) => ({ id, state: 'expired' as const }))),
    )
    const prompt = await create(1)
    pass(prompt.dueMs - world.clock.ms)
    await deliver()
    await deliver()
    expect(await states()).toEqual(['cancelled', 'cancelled', 'valid'])
  })

  test('[OR5] each step of an order is told once, whatever comes twice', async () => {
    const { world, caller, tenant, event, create } = await openOrders()
    const { id: order } = await create(1 as InviteeNo)
    await caller.orders.markPaid({ event, order })
    const deliver = await consumeOutboxOf(world, tenant, 'notifications')
    await deliver()
    await deliver()
    expect(await world.findNotifications(tenant, event as EventId)).toEqual([
      { kind: 'order.created', subject: order },
      { kind: 'order.paid', subject: order },
    ])
  })
}
