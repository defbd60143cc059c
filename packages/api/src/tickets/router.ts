import { z } from 'zod'
import { unwrap } from '../failures.ts'
import { organiserProcedure, router } from '../trpc.ts'
import { EventIdText, InviteeNoValue } from '../wire-ids.ts'
import {
  exportTickets,
  reprintTicket,
  setTicketState,
  ticketsPerPageMax,
} from './manage-tickets.ts'

const TicketStateName = z.enum(['valid', 'reprinted', 'revoked', 'cancelled', 'unpaid'])
const Printed = z.object({
  no: InviteeNoValue,
  name: z.string(),
  category: z.string().nullable(),
  party: z.int().nullable(),
  generation: z.int(),
  state: TicketStateName,
  token: z.string(),
})
const OneInvitee = z.object({ event: EventIdText, no: InviteeNoValue })

export const ticketsRouter = router({
  /** A page of tokens behind `after`; a mutation, since reading them leaves an audit row. */
  export: organiserProcedure
    .input(
      z.object({
        event: EventIdText,
        after: z.int().min(0).default(0),
        limit: z.int().min(1).max(ticketsPerPageMax).default(ticketsPerPageMax),
      }),
    )
    .output(z.array(Printed).readonly())
    .mutation(async ({ ctx, input }) =>
      unwrap(await exportTickets(ctx.deps, ctx.tenant, ctx.actor, input)),
    ),

  reprint: organiserProcedure
    .input(OneInvitee)
    .output(Printed)
    .mutation(async ({ ctx, input }) =>
      unwrap(await reprintTicket(ctx.deps, ctx.tenant, ctx.actor, input)),
    ),

  setState: organiserProcedure
    .input(OneInvitee.extend({ state: TicketStateName.exclude(['reprinted']) }))
    .output(z.object({ state: TicketStateName }))
    .mutation(async ({ ctx, input: { state, ...at } }) =>
      unwrap(await setTicketState(ctx.deps, ctx.tenant, ctx.actor, at, state)),
    ),
})
