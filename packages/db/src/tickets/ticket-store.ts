import type { TicketStore } from '@eventpass/api'
import type { EventId, InviteeNo } from '@eventpass/domain'
import { and, asc, desc, eq, isNull, sql } from 'drizzle-orm'
import { lockInvitee } from '../invitees/invitee-store.ts'
import { invitees, tickets } from '../schema/index.ts'
import type { TenantScope } from '../tenant-scope.ts'

export function createTicketStore(scope: TenantScope): TicketStore {
  const { tenant, db } = scope
  return {
    findPage: (event, after, limit) => {
      const newest = db
        .select({
          ticket: tickets.id,
          kid: tickets.kid,
          generation: tickets.generation,
          state: tickets.state,
        })
        .from(tickets)
        .where(and(eq(tickets.tenant, tenant), eq(tickets.invitee, invitees.id)))
        .orderBy(desc(tickets.generation))
        .limit(1)
        .as('newest')
      return db
        .select({
          no: invitees.no,
          name: invitees.name,
          category: invitees.category,
          party: invitees.party,
          ticket: newest.ticket,
          kid: newest.kid,
          generation: newest.generation,
          state: newest.state,
        })
        .from(invitees)
        .innerJoinLateral(newest, sql`true`)
        .where(
          and(
            eq(invitees.tenant, tenant),
            eq(invitees.event, event),
            isNull(invitees.erasedMs),
            sql`${invitees.no} > ${after}`,
          ),
        )
        .orderBy(asc(invitees.no))
        .limit(limit)
    },
    async lockCurrent(event, no) {
      const found = await lockInvitee(scope, event, no)
      const [newest] = found?.tickets ?? []
      if (!found || !newest) return null
      const { name, category, party } = found.details
      return { no, name, category, party, ...newest }
    },
    async setState(ticket, { state, stateMs, revision }) {
      await db
        .update(tickets)
        .set({ state, stateMs, revision })
        .where(and(eq(tickets.tenant, tenant), eq(tickets.id, ticket)))
    },
    async addGeneration(event, no, { ticket, ...added }) {
      const invitee = await inviteeOf(scope, event, no)
      await db.insert(tickets).values({ ...added, tenant, id: ticket, event, invitee })
    },
  }
}

async function inviteeOf({ tenant, db }: TenantScope, event: EventId, no: InviteeNo) {
  const [row] = await db
    .select({ id: invitees.id })
    .from(invitees)
    .where(and(eq(invitees.tenant, tenant), eq(invitees.event, event), eq(invitees.no, no)))
  if (!row) throw new Error(`The event ${event} has no invitee ${no}.`)
  return row.id
}
