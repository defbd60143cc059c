import type { Digest, TicketId } from '../ids.ts'

/**
 * What is known of a code before any list is looked at. The token package makes
 * it (asynchronously, with crypto), so that deciding stays synchronous and pure.
 */
export type TokenFacts =
  /** No token: noise, a database id, another system's code. */
  | { readonly kind: 'unreadable'; readonly digest: null }
  /**
   * A token that its tag, kid or MAC refuses. `not_ours`: no event of this tenant.
   * `sync_needed`: signed under a kid that is not held here (TK4).
   */
  | {
      readonly kind: 'not_ours' | 'other_event' | 'retired_key' | 'sync_needed' | 'bad_signature'
      readonly digest: Digest
    }
  /**
   * `genuine`: its MAC verified. `unverified`: this device holds no event key at
   * all, so only a row of the manifest can prove the code, by its digest.
   */
  | {
      readonly kind: 'genuine' | 'unverified'
      readonly digest: Digest
      readonly kid: number
      readonly ticketId: TicketId
    }
  /** No code at all: a person picked the row in a search. */
  | { readonly kind: 'by_name'; readonly digest: Digest }

/**
 * Whether the raw text may be kept beside the scan: only where it is no token,
 * or its MAC failed under a key that is held, or it is genuine and on no list
 * (central needs the ticket id to tell a late ticket from a forgery). Everywhere
 * else the digest must do, so that a stolen tablet cannot be turned into codes.
 */
export function keepsCode(token: TokenFacts, listed: boolean): boolean {
  if (token.kind === 'unreadable' || token.kind === 'bad_signature') return true
  return token.kind === 'genuine' && !listed
}
