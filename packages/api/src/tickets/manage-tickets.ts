import {
  type EventId,
  fail,
  type InviteeNo,
  ok,
  type Result,
  type TenantId,
  type TicketState,
} from '@eventpass/domain'
import { type Actor, writeAudit } from '../audit/write-audit.ts'
import { type EventNotFound, eventNotFound } from '../events/edit-event.ts'
import { type InviteeNotFound, inviteeNotFound } from '../invitees/manage-invitees.ts'
import type { KeyDeps } from '../manifest/wrap-keys.ts'
import type { PlatformDep } from '../platform.ts'
import type { TenancyDep } from '../tenancy/tenancy.ts'
import { createTicketSigner, type TicketSigner } from './sign-tickets.ts'
import type { CurrentTicket } from './ticket-store.ts'

export const ticketsPerPageMax = 1_000

type TicketDeps = TenancyDep & PlatformDep & KeyDeps

export interface TicketRefused {
  readonly kind: 'ticket_not_valid'
  readonly message: string
}

/** What is printed: never stored, signed anew for whoever may see it. */
export interface PrintedTicket extends Omit<CurrentTicket, 'ticket' | 'kid' | 'category'> {
  readonly category: string | null
  readonly token: string
}

/**
 * A page of tickets with their tokens, by invitee number. Who can read these can print
 * every code, so that each page leaves an audit row.
 */
export function exportTickets(
  deps: TicketDeps,
  tenant: TenantId,
  actor: Actor,
  {
    event: id,
    after,
    limit,
  }: { readonly event: EventId; readonly after: number; readonly limit: number },
): Promise<Result<readonly PrintedTicket[], EventNotFound>> {
  return deps.tx(tenant, async (tx) => {
    const event = await tx.events.find(id)
    if (!event) return fail(eventNotFound)
    const { categories } = await tx.events.readFrame(id)
    const page = await tx.tickets.findPage(id, after, limit)
    const signers = createSigners(deps, tenant, { id, tag: event.tag })
    const printed = await Promise.all(
      page.map(async ({ ticket, kid, category, ...row }) => ({
        ...row,
        category: category === null ? null : (categories[category] ?? null),
        token: await (await signers(kid)).token(ticket),
      })),
    )
    await writeAudit(deps, tx, actor, {
      action: 'tickets.export',
      event: id,
      subjectKind: 'event',
      subjectId: id,
      before: null,
      after: { after, count: page.length },
    })
    return ok(printed)
  })
}

/**
 * Makes a new generation of an invitee's ticket; the code before it is refused from now on as
 * reprinted, naming the time (TK6).
 */
export function reprintTicket(
  deps: TicketDeps,
  tenant: TenantId,
  actor: Actor,
  { event: id, no }: { readonly event: EventId; readonly no: InviteeNo },
): Promise<Result<PrintedTicket, EventNotFound | InviteeNotFound | TicketRefused>> {
  return deps.tx(tenant, async (tx) => {
    const event = await tx.events.find(id)
    if (!event) return fail(eventNotFound)
    const current = await tx.tickets.lockCurrent(id, no)
    if (!current) return fail(inviteeNotFound)
    if (current.state !== 'valid' && current.state !== 'unpaid') return notValid(current.state)
    const { tag, signingKid: kid } = event
    const signer = await createTicketSigner(deps, { tenant, event: id, tag, kid })
    const { ticket, digest } = await signer.draw()
    const { state } = current
    const generation = current.generation + 1
    const { categories } = await tx.events.readFrame(id)
    await writeAudit(deps, tx, actor, {
      action: 'tickets.reprint',
      event: id,
      subjectKind: 'invitee',
      subjectId: String(no),
      before: current,
      after: { ticket, generation },
    })
    const revision = await tx.events.raiseManifest(id, { frame: false, inviteesAdded: 0 })
    const stateMs = deps.now()
    await tx.tickets.setState(current.ticket, { state: 'reprinted', stateMs, revision })
    await tx.tickets.addGeneration(id, no, { ticket, digest, kid, generation, state, revision })
    const { name, party, category } = current
    return ok({
      no,
      name,
      party,
      generation,
      state,
      category: category === null ? null : (categories[category] ?? null),
      token: await signer.token(ticket),
    })
  })
}

/** Revokes, cancels or restores an invitee's ticket, or marks it unpaid. The code stays the same. */
export function setTicketState(
  deps: TenancyDep & PlatformDep,
  tenant: TenantId,
  actor: Actor,
  { event, no }: { readonly event: EventId; readonly no: InviteeNo },
  state: Exclude<TicketState, 'reprinted'>,
): Promise<Result<{ readonly state: TicketState }, InviteeNotFound>> {
  return deps.tx(tenant, async (tx) => {
    const current = await tx.tickets.lockCurrent(event, no)
    if (!current) return fail(inviteeNotFound)
    if (current.state === state) return ok({ state })
    await writeAudit(deps, tx, actor, {
      action: 'tickets.state',
      event,
      subjectKind: 'invitee',
      subjectId: String(no),
      before: current,
      after: { ...current, state },
    })
    const revision = await tx.events.raiseManifest(event, { frame: false, inviteesAdded: 0 })
    await tx.tickets.setState(current.ticket, { state, stateMs: deps.now(), revision })
    return ok({ state })
  })
}

/** One signer a kid: tickets keep the key that they were signed with. */
function createSigners(
  deps: TicketDeps,
  tenant: TenantId,
  event: { readonly id: EventId; readonly tag: string },
): (kid: number) => Promise<TicketSigner> {
  const byKid = new Map<number, Promise<TicketSigner>>()
  return (kid) => {
    const known = byKid.get(kid)
    if (known) return known
    const made = createTicketSigner(deps, { tenant, event: event.id, tag: event.tag, kid })
    byKid.set(kid, made)
    return made
  }
}

function notValid(state: TicketState) {
  return fail({
    kind: 'ticket_not_valid',
    message: `The ticket is ${state}. Restore it before you reprint it.`,
  } as const)
}
