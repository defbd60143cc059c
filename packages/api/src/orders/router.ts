import type { OrderId } from '@eventpass/domain'
import { z } from 'zod'
import { unwrap } from '../failures.ts'
import { auditorProcedure, organiserProcedure, router } from '../trpc.ts'
import { EventIdText, InviteeNoValue, OrderIdText } from '../wire-ids.ts'
import {
  createOrder,
  endOrder,
  holdMinutesChoices,
  inviteesPerOrderMax,
  listOrders,
  ordersPerPageMax,
} from './manage-orders.ts'

const referenceLengthMax = 100

const OrderShape = z.object({
  id: OrderIdText,
  event: EventIdText,
  reference: z.string().nullable(),
  state: z.enum(['created', 'paid', 'expired', 'cancelled']),
  invitees: z.array(InviteeNoValue).readonly(),
  createdMs: z.number(),
  dueMs: z.number(),
  settledMs: z.number().nullable(),
})
const OneOrder = z.object({ event: EventIdText, order: OrderIdText })

export const ordersRouter = router({
  /** Holds invitees until the order is paid, cancelled or over. */
  create: organiserProcedure
    .input(
      z.object({
        event: EventIdText,
        invitees: z.array(InviteeNoValue).min(1).max(inviteesPerOrderMax),
        holdMinutes: z.literal(holdMinutesChoices).default(30),
        reference: z.string().trim().min(1).max(referenceLengthMax).nullable().default(null),
      }),
    )
    .output(OrderShape)
    .mutation(async ({ ctx, input }) =>
      unwrap(await createOrder(ctx.deps, ctx.tenant, ctx.actor, input)),
    ),

  markPaid: organiserProcedure
    .input(OneOrder)
    .output(OrderShape)
    .mutation(async ({ ctx, input }) =>
      unwrap(await endOrder(ctx.deps, ctx.tenant, ctx.actor, input, 'paid')),
    ),

  cancel: organiserProcedure
    .input(OneOrder)
    .output(OrderShape)
    .mutation(async ({ ctx, input }) =>
      unwrap(await endOrder(ctx.deps, ctx.tenant, ctx.actor, input, 'cancelled')),
    ),

  /** Newest first; `before` is the last order of the page before. */
  list: auditorProcedure
    .input(
      z.object({
        event: EventIdText,
        before: OrderIdText.nullable().default(null),
        limit: z.int().min(1).max(ordersPerPageMax).default(ordersPerPageMax),
      }),
    )
    .output(z.array(OrderShape).readonly())
    .query(async ({ ctx, input: { event, ...page } }) =>
      unwrap(
        await listOrders(ctx.deps, ctx.tenant, event, {
          limit: page.limit,
          before: page.before as OrderId | null,
        }),
      ),
    ),
})
