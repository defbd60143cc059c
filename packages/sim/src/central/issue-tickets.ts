import type { ApiDeps } from '@eventpass/api'
import type { Digest, EventId, InviteeNo, TenantId } from '@eventpass/domain'
import {
  decodeToken,
  deriveEventKey,
  digestToken,
  importSigningKey,
  signToken,
  ticketIdFromBytes,
} from '@eventpass/token'
import type { ModelDatabase } from './model-database.ts'
import type { EventRow, RevisionRow, TicketRowKept } from './rows.ts'

/** A ticket as it was printed: the code that a person shows. */
export interface IssuedTicket {
  readonly invitee: InviteeNo
  readonly digest: Digest
  readonly token: string
}

/** Issues valid tickets in one commit, as an import would, for new invitees numbered on. */
export async function issueTickets(
  database: ModelDatabase,
  deps: Pick<ApiDeps, 'subtle' | 'random' | 'tenantKey'>,
  tenant: TenantId,
  event: EventId,
  count: number,
): Promise<readonly IssuedTicket[]> {
  const { subtle } = deps
  const root = await deps.tenantKey(tenant)
  return database.tx(async (tx) => {
    const [tickets, revisions] = [
      tx.table<TicketRowKept>('tickets'),
      tx.table<RevisionRow>('revisions'),
    ]
    const row = tx.table<EventRow>('events').get(event)
    await tx.lock(`revisions/${event}`)
    const line = revisions.get(event)
    if (!row || !line) throw new Error(`There is no event ${event}.`)
    const { signingKid: kid, tag: eventTag } = row
    const key = await importSigningKey(
      subtle,
      await deriveEventKey(subtle, root, tenant, event, kid),
    )
    const revision = line.manifest + 1
    const issued: IssuedTicket[] = []
    for (let at = 1; at <= count; at += 1) {
      const invitee = (line.invitees + at) as InviteeNo
      const ticket = ticketIdFromBytes(deps.random(12))
      const token = await signToken(subtle, key, { kid, eventTag, ticketId: ticket })
      const decoded = decodeToken(token)
      if (!decoded.ok) throw new Error('A token that was just made cannot be read.')
      const digest = await digestToken(subtle, decoded.value.bytes)
      tickets.set(ticket, {
        ...{ event, ticket, kid, generation: 1, revision, digest, invitee },
        ...{ name: `Guest ${invitee}`, category: null, state: 'valid', stateAtMs: null },
        ...{ blocked: false, validFromMs: null, validUntilMs: null, party: null, notice: null },
        erasedMs: null,
      })
      issued.push({ invitee, digest, token })
    }
    revisions.set(event, { ...line, manifest: revision, invitees: line.invitees + count })
    return issued
  })
}
