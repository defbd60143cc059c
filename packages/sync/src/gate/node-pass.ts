import type { Receipt } from '../wire/contact.ts'
import type { Upstream } from './upstream.ts'

/** What a contact gives: the pass for this node, and central's head for this device. */
export interface NodePass {
  readonly upstream: Upstream
  readonly pass: string
  /** By the worker's monotonic clock. */
  readonly madeAtMonoMs: number
  readonly endsAtMonoMs: number
  readonly receipt: Receipt
}
