import { assert, type Digest, type EventId, type TenantId, type TicketId } from '@eventpass/domain'
import {
  decodeToken,
  deriveEventKey,
  digestToken,
  importSigningKey,
  signToken,
  ticketIdFromBytes,
} from '@eventpass/token'
import type { KeyDeps } from '../manifest/wrap-keys.ts'
import type { PlatformDep } from '../platform.ts'

/** Makes and shows tokens of one event with one of its keys. */
export interface TicketSigner {
  readonly kid: number
  /** The token of a ticket: signed anew each time, stored nowhere. */
  readonly token: (ticket: TicketId) => Promise<string>
  /** Draws a ticket id and works out the digest by which gates will find it. */
  readonly draw: () => Promise<{ readonly ticket: TicketId; readonly digest: Digest }>
}

const ticketIdBytes = 12

/** The key lives in memory for as long as the signer does; it is derived, never stored. */
export async function createTicketSigner(
  deps: KeyDeps & PlatformDep,
  of: {
    readonly tenant: TenantId
    readonly event: EventId
    readonly tag: string
    readonly kid: number
  },
): Promise<TicketSigner> {
  const { subtle } = deps
  const { tenant, event, tag, kid } = of
  const eventKey = await deriveEventKey(subtle, await deps.tenantKey(tenant), tenant, event, kid)
  const key = await importSigningKey(subtle, eventKey)
  const token = (ticketId: TicketId) => signToken(subtle, key, { kid, eventTag: tag, ticketId })
  return {
    kid,
    token,
    async draw() {
      const ticket = ticketIdFromBytes(deps.random(ticketIdBytes))
      const decoded = decodeToken(await token(ticket))
      assert(decoded.ok, 'a token that was just made can be read')
      return { ticket, digest: await digestToken(subtle, decoded.value.bytes) }
    },
  }
}
