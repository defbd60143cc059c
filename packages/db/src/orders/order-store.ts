import type { DueOrdersDep, Order, OrderStore } from '@eventpass/api'
import type { EventId, InviteeNo, OrderId, TenantId } from '@eventpass/domain'
import { and, asc, eq, inArray, type SQL, sql } from 'drizzle-orm'
import type { Drizzle } from '../drizzle.ts'
import { lookup } from '../lookup.ts'
import { queryRows } from '../query-rows.ts'
import { orderInvitees, orders } from '../schema/index.ts'
import type { TenantScope } from '../tenant-scope.ts'

export function createOrderStore({ tenant, db }: TenantScope): OrderStore {
  const read = (condition: SQL, rest: SQL) =>
    queryRows<OrderRow>(
      db,
      sql`select o.id, o.event, o.reference, o.state, o.created_ms::float8 as created,
            o.due_ms::float8 as due, o.settled_ms::float8 as settled,
            array(select i.invitee_no from order_invitees i
              where i.tenant = o.tenant and i."order" = o.id order by i.invitee_no) as invitees
          from orders o where o.tenant = ${tenant} and ${condition} ${rest}`,
    )

  return {
    async create({ invitees, ...order }) {
      await db.insert(orders).values({ ...order, tenant })
      await db.insert(orderInvitees).values(
        invitees.map((inviteeNo) => ({
          tenant,
          order: order.id,
          event: order.event,
          inviteeNo,
          holds: true,
        })),
      )
    },

    async lock(event, order) {
      const [row] = await read(
        sql`o.event = ${event} and o.id = ${order}`,
        sql`for no key update of o`,
      )
      return row ? toOrder(row) : null
    },

    async settle(order, settled) {
      await db
        .update(orders)
        .set(settled)
        .where(and(eq(orders.tenant, tenant), eq(orders.id, order)))
      await db
        .update(orderInvitees)
        .set({ holds: false })
        .where(and(eq(orderInvitees.tenant, tenant), eq(orderInvitees.order, order)))
    },

    async findHeld(event, invitees) {
      const rows = await db
        .select({ no: orderInvitees.inviteeNo })
        .from(orderInvitees)
        .where(
          and(
            eq(orderInvitees.tenant, tenant),
            eq(orderInvitees.event, event),
            inArray(orderInvitees.inviteeNo, [...invitees]),
            orderInvitees.holds,
          ),
        )
        .orderBy(asc(orderInvitees.inviteeNo))
      return rows.map(({ no }) => no)
    },

    async findPage(event, { before, limit }) {
      const older = before
        ? sql`and (o.created_ms, o.id) < (select b.created_ms, b.id from orders b
            where b.tenant = ${tenant} and b.event = ${event} and b.id = ${before})`
        : sql``
      const rows = await read(
        sql`o.event = ${event} ${older}`,
        sql`order by o.created_ms desc, o.id desc limit ${limit}`,
      )
      return rows.map(toOrder)
    },

    async findDue(nowMs, limit) {
      const rows = await db
        .select({ event: orders.event, order: orders.id })
        .from(orders)
        .where(
          and(
            eq(orders.tenant, tenant),
            eq(orders.state, 'created'),
            sql`${orders.dueMs} <= ${nowMs}`,
          ),
        )
        .orderBy(asc(orders.dueMs), asc(orders.id))
        .limit(limit)
      return rows
    },
  }
}

/** Which tenants have orders whose time is over. */
export function createDueOrders(db: Drizzle): DueOrdersDep['dueOrders'] {
  return {
    findTenants: async (nowMs, after, limit) =>
      (
        await lookup<{ tenant: TenantId }>(
          db,
          sql`select * from lookup_tenants_with_due_orders(${nowMs}::bigint, ${after}, ${limit})`,
        )
      ).map(({ tenant }) => tenant),
  }
}

interface OrderRow extends Readonly<Record<string, unknown>> {
  readonly id: OrderId
  readonly event: EventId
  readonly reference: string | null
  readonly state: Order['state']
  readonly created: number
  readonly due: number
  readonly settled: number | null
  readonly invitees: readonly number[]
}

function toOrder({ created, due, settled, invitees, ...row }: OrderRow): Order {
  return {
    id: row.id,
    event: row.event,
    reference: row.reference,
    state: row.state,
    invitees: invitees.map((no) => no as InviteeNo),
    createdMs: created,
    dueMs: due,
    settledMs: settled,
  }
}
