import { createHash, createHmac } from 'node:crypto'
import type { Digest, TicketId } from '@eventpass/domain'
import { encodeToken } from '@eventpass/token'
import { event, eventKey, kid } from './event.ts'

/**
 * Every so many invitees have a token that was really signed: a million would take longer than all
 * else. A prime, so that as many of them as of all come in parties.
 */
export const signedEvery = 23

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest()
const eventTag = sha256(Buffer.from(event.replaceAll('-', ''), 'hex')).toString('hex', 0, 4)

/** The token of invitee `no`, signed by the event's key, as text and as bytes. */
export function tokenOf(no: number): { readonly text: string; readonly bytes: Uint8Array } {
  const ticketId = sha256(`guest ${no}`).toString('hex', 0, 12)
  const signed = Buffer.concat([Buffer.of(kid), Buffer.from(eventTag + ticketId, 'hex')])
  const mac = createHmac('sha256', eventKey).update(signed).digest()
  const text = encodeToken({ kid, eventTag, ticketId: ticketId as TicketId }, mac)
  return { text, bytes: Buffer.concat([signed, mac]) }
}

/** The digest of the invitee's token; of the others one that is as random, which nothing packs smaller. */
export function digestOf(no: number): Digest {
  const of = no % signedEvery === 0 ? tokenOf(no).bytes : `guest ${no}`
  return sha256(of).toString('hex', 0, 16) as Digest
}
