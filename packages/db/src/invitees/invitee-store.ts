import type { CurrentTicket, InviteeDetails, InviteeStore } from '@eventpass/api'
import type { EventId, InviteeNo } from '@eventpass/domain'
import { and, asc, desc, eq, isNull, type SQL, sql } from 'drizzle-orm'
import { invitees, tickets } from '../schema/index.ts'
import type { TenantScope } from '../tenant-scope.ts'

/** How far the invitee came: what was ruled on, looked at where somebody looks at it. */
const state = sql<InviteeDetails['state']>`coalesce((
  select case when bool_or(exists (select from gifts g
      where g.tenant = invitees.tenant and g.id = a.list)) then 'gift_claimed' else 'checked_in' end
  from admissions a
  where a.tenant = invitees.tenant and a.event = invitees.event
    and a.invitee_no = invitees.no and a.first_ms is not null
  having count(*) > 0), 'pending')`

const details = {
  no: invitees.no,
  name: invitees.name,
  email: invitees.email,
  phone: invitees.phone,
  category: invitees.category,
  externalId: invitees.externalId,
  party: invitees.party,
  blocked: invitees.blocked,
  notice: invitees.notice,
  state,
}

export function createInviteeStore(scope: TenantScope): InviteeStore {
  const { tenant, db } = scope
  const ofEvent = (event: EventId, ...more: (SQL | undefined)[]) =>
    and(eq(invitees.tenant, tenant), eq(invitees.event, event), isNull(invitees.erasedMs), ...more)

  return {
    findPage: (event, { after, limit, words }): Promise<InviteeDetails[]> => {
      const newest = db
        .select({ state: tickets.state })
        .from(tickets)
        .where(and(eq(tickets.tenant, tenant), eq(tickets.invitee, invitees.id)))
        .orderBy(desc(tickets.generation))
        .limit(1)
        .as('newest')
      return db
        .select({ ...details, ticketState: newest.state })
        .from(invitees)
        .innerJoinLateral(newest, sql`true`)
        .where(ofEvent(event, sql`${invitees.no} > ${after}`, ...words.map(holdsWord)))
        .orderBy(asc(invitees.no))
        .limit(limit)
    },
    async lock(event, no) {
      const found = await lockInvitee(scope, event, no)
      if (!found) return null
      const [ticket] = found.tickets
      if (!ticket) throw new Error(`Invitee ${no} of event ${event} has no ticket.`)
      return { ...found.details, ticketState: ticket.state }
    },
    async setDoor(event, no, { blocked, notice }, revision) {
      const [changed] = await db
        .update(invitees)
        .set({ blocked, notice, revision })
        .where(ofEvent(event, eq(invitees.no, no)))
        .returning({ id: invitees.id })
      if (!changed) return
      await db
        .update(tickets)
        .set({ revision })
        .where(and(eq(tickets.tenant, tenant), eq(tickets.invitee, changed.id)))
    },
  }
}

/** A locked invitee with its tickets, newest first. */
export interface LockedInvitee {
  readonly id: string
  readonly details: Omit<InviteeDetails, 'ticketState'>
  readonly tickets: readonly Pick<CurrentTicket, 'ticket' | 'kid' | 'generation' | 'state'>[]
}

/** Locks an invitee, then its tickets. Every writer of both takes them in this order. */
export async function lockInvitee(
  { tenant, db }: TenantScope,
  event: EventId,
  no: InviteeNo,
): Promise<LockedInvitee | null> {
  const [found] = await db
    .select({ id: invitees.id, ...details })
    .from(invitees)
    .where(
      and(
        eq(invitees.tenant, tenant),
        eq(invitees.event, event),
        eq(invitees.no, no),
        isNull(invitees.erasedMs),
      ),
    )
    .for('no key update')
  if (!found) return null
  const { id, ...row } = found
  const locked = await db
    .select({
      ticket: tickets.id,
      kid: tickets.kid,
      generation: tickets.generation,
      state: tickets.state,
    })
    .from(tickets)
    .where(and(eq(tickets.tenant, tenant), eq(tickets.invitee, id)))
    .orderBy(desc(tickets.generation))
    .for('no key update')
  return { id, details: row, tickets: locked }
}

/** LIKE's own signs in the word are letters. */
function holdsWord(word: string): SQL {
  return sql`${invitees.fold} like ${`%${word.replace(/[\\%_]/g, '\\$&')}%`}`
}
