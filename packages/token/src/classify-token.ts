import type { TokenFacts } from '@eventpass/domain'
import { digestToken, verifyToken } from './sign-token.ts'
import { decodeToken } from './token.ts'

/** What a device holds to tell codes apart with. */
export interface HeldKeys {
  /** Tag of the device's own event. */
  readonly eventTag: string
  /** Tags of the tenant's other events, from the manifest (TK3). */
  readonly otherTags: ReadonlySet<string>
  /** Verify keys by kid; null where the device was given none (a spare, paired by a hub alone). */
  readonly keys: ReadonlyMap<number, CryptoKey> | null
  readonly retiredKids: ReadonlySet<number>
}

/**
 * Tells what a scanned text is, for `decide`: readable → this event → key → signature.
 *
 * The tag is looked at before the key, so that a code of another event is named
 * as such without any of that event's keys. Only the MAC makes a token genuine.
 */
export async function classifyToken(
  subtle: SubtleCrypto,
  text: string,
  held: HeldKeys,
): Promise<TokenFacts> {
  const decoded = decodeToken(text)
  if (!decoded.ok) return { kind: 'unreadable', digest: null }

  const { bytes, eventTag, kid, ticketId } = decoded.value
  const key = held.keys?.get(kid)
  const ours = eventTag === held.eventTag && !held.retiredKids.has(kid)
  // At the same time, since whoever stands at the gate waits for both.
  const [digest, genuine] = await Promise.all([
    digestToken(subtle, bytes),
    ours && key !== undefined && verifyToken(subtle, key, decoded.value),
  ])
  if (eventTag !== held.eventTag) {
    return { kind: held.otherTags.has(eventTag) ? 'other_event' : 'not_ours', digest }
  }
  if (held.retiredKids.has(kid)) return { kind: 'retired_key', digest }
  if (held.keys === null) return { kind: 'unverified', digest, kid, ticketId }
  if (key === undefined) return { kind: 'sync_needed', digest }
  return genuine ? { kind: 'genuine', digest, kid, ticketId } : { kind: 'bad_signature', digest }
}
