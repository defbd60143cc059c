import { assert, type Failure, fail, ok, type Result, type TicketId } from '@eventpass/domain'
import { type Base32Failure, decodeBase32, encodeBase32 } from './base32.ts'
import { type Bytes, bytesFromHex, hexFromBytes, joinBytes } from './bytes.ts'
import { cleanToken } from './clean-token.ts'

/** Names the version, and with it every algorithm: nothing read from a token chooses one (TK2). */
export const tokenPrefix = 'EP1'

const eventTagAt = 1
const ticketIdAt = 5
const macAt = 17
const tokenBytes = 49
/** 3 + ⌈49 · 8 / 5⌉ characters: QR version 4 at level M holds 90. */
export const tokenLength = 82

/** What a token says of itself. Nothing of it is proven before its MAC is verified. */
export interface TokenClaims {
  /** Which of the event's keys signed, 0 to 255. */
  readonly kid: number
  /** 8 lower-case hex characters: first 4 bytes of SHA-256 over the event's raw UUID. */
  readonly eventTag: string
  readonly ticketId: TicketId
}

export interface DecodedToken extends TokenClaims {
  /** HMAC-SHA-256, whole: WebCrypto verifies no truncated tag. */
  readonly mac: Bytes
  /** What the MAC covers: everything before it. */
  readonly signed: Bytes
  /** All 49 bytes; the digest is made of these. */
  readonly bytes: Bytes
}

export type TokenFailure = Failure &
  ({ readonly kind: 'not_a_token' } | { readonly kind: 'wrong_length' } | Base32Failure)

/**
 * Reads a token from scanned or typed text, after the clean-up of TK5.
 *
 * Canonical: every token has one text only. Proves nothing; see `verifyToken`.
 */
export function decodeToken(text: string): Result<DecodedToken, TokenFailure> {
  const asRead = decodeCleaned(text)
  // A camera reads just the token as a rule, and nothing that is read so is changed by the clean-up.
  return asRead.ok ? asRead : decodeCleaned(cleanToken(text))
}

function decodeCleaned(cleaned: string): Result<DecodedToken, TokenFailure> {
  if (!cleaned.startsWith(tokenPrefix)) return fail({ kind: 'not_a_token' })
  if (cleaned.length !== tokenLength) return fail({ kind: 'wrong_length' })

  const decoded = decodeBase32(cleaned.slice(tokenPrefix.length))
  if (!decoded.ok) return decoded
  const bytes = decoded.value
  return ok({
    kid: bytes[0] ?? 0,
    eventTag: hexFromBytes(bytes.subarray(eventTagAt, ticketIdAt)),
    ticketId: hexFromBytes(bytes.subarray(ticketIdAt, macAt)) as TicketId,
    mac: bytes.subarray(macAt),
    signed: bytes.subarray(0, macAt),
    bytes,
  })
}

/** The text of a token. Throws where a part has not its length. */
export function encodeToken(claims: TokenClaims, mac: Uint8Array): string {
  const bytes = joinBytes(signedBytes(claims), mac)
  assert(bytes.length === tokenBytes, 'a token has 49 bytes')
  return tokenPrefix + encodeBase32(bytes)
}

/** What a token's MAC covers: `kid (1 B) ‖ event tag (4 B) ‖ ticket id (12 B)`. */
export function signedBytes({ kid, eventTag, ticketId }: TokenClaims): Bytes {
  assert(Number.isInteger(kid) && kid >= 0 && kid <= 255, 'a kid is one byte')
  assert(eventTag.length === 8, 'an event tag has 4 bytes')
  assert(ticketId.length === 24, 'a ticket id has 12 bytes')
  return joinBytes(Uint8Array.of(kid), bytesFromHex(eventTag), bytesFromHex(ticketId))
}

/** A ticket id from 12 random bytes, which the caller draws. */
export function ticketIdFromBytes(random: Uint8Array): TicketId {
  assert(random.length === 12, 'a ticket id has 12 bytes')
  return hexFromBytes(random) as TicketId
}
