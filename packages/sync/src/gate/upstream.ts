import type { Result } from '@eventpass/domain'
import type { z } from 'zod'
import type { ClaimInput } from '../wire/claim.ts'
import type { ChallengeInput, ContactInput } from '../wire/contact.ts'
import type { PairStartInput, PairStatusInput } from '../wire/pairing.ts'
import type { PullInput, SnapshotInput } from '../wire/pull.ts'
import type { PushInput } from '../wire/push.ts'

/** Why a call of the wire brought nothing. None of them changes what the gate holds. */
export type UpstreamFailure =
  /** No answer, a broken line, or a fault of the server (5xx). */
  | { readonly kind: 'unreachable' }
  /** An answer that is none of ours: HTML of a captive portal, JSON of another shape. */
  | { readonly kind: 'unreadable' }
  /** Asked to come later (429, 503). */
  | { readonly kind: 'busy'; readonly retryMs: number | null }
  /** A named refusal, e.g. `pass_refused`, `unknown_device`, `gone`, `protocol_unknown`; the message is for people. */
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }

/** `value` is not trusted: the engine parses it by the wire's schema. */
export type UpstreamAnswer = Result<unknown, UpstreamFailure>

/** A part of a snapshot's gzip bytes, from `from` to the end or to where the line breaks. */
export interface RangeAnswer {
  /** First byte that comes; 0 where the server ignored the Range. */
  readonly from: number
  /** Rejects where the line breaks; what came before counts. */
  readonly chunks: AsyncIterable<Uint8Array>
}

/**
 * The calls of the wire to one node, by whatever transport. Never rejects: a failure is
 * an answer. `signal` is raised when the engine gives up waiting.
 */
export interface Upstream {
  readonly kind: 'central' | 'hub'
  readonly pairStart: (
    input: z.input<typeof PairStartInput>,
    signal: AbortSignal,
  ) => Promise<UpstreamAnswer>
  readonly pairStatus: (
    input: z.input<typeof PairStatusInput>,
    signal: AbortSignal,
  ) => Promise<UpstreamAnswer>
  readonly challenge: (
    input: z.input<typeof ChallengeInput>,
    signal: AbortSignal,
  ) => Promise<UpstreamAnswer>
  readonly contact: (
    input: z.input<typeof ContactInput>,
    signal: AbortSignal,
  ) => Promise<UpstreamAnswer>
  /** `pass` came with the last contact of this node and stands for the device. */
  readonly push: (
    pass: string,
    input: z.input<typeof PushInput>,
    signal: AbortSignal,
  ) => Promise<UpstreamAnswer>
  /** Absent where the node grants no claims. */
  readonly claim?: (
    pass: string,
    input: z.input<typeof ClaimInput>,
    signal: AbortSignal,
  ) => Promise<UpstreamAnswer>
  readonly pull: (
    pass: string,
    input: z.input<typeof PullInput>,
    signal: AbortSignal,
  ) => Promise<UpstreamAnswer>
  readonly snapshot: (
    pass: string,
    input: z.input<typeof SnapshotInput>,
    signal: AbortSignal,
  ) => Promise<UpstreamAnswer>
  /** Fetches a snapshot's bytes from `from` on by HTTP Range; 404 and 410 are `refused` with code `gone`. */
  readonly fetchRange: (
    pass: string,
    path: string,
    from: number,
    signal: AbortSignal,
  ) => Promise<Result<RangeAnswer, UpstreamFailure>>
}
