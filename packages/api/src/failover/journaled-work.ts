import { ClaimInput, PushInput } from '@eventpass/sync'
import { z } from 'zod'
import { EventIdText, GateIdText, ListIdText, ScanIdText } from '../wire-ids.ts'

const What = z.enum(['scan', 'gift'])

/** What a journal holds: an ordinary op, as it would have been done at once (CL4). */
export const JournaledWork = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('claim'),
    what: What,
    event: EventIdText,
    claim: ClaimInput.omit({ protocol: true }),
  }),
  z.object({
    kind: z.literal('desk'),
    what: What,
    event: EventIdText,
    list: ListIdText,
    gate: GateIdText,
    op: ScanIdText,
    /** Of the code that was shown; the code itself is kept nowhere. */
    digest: ClaimInput.shape.digest,
  }),
  z.object({ kind: z.literal('push'), push: PushInput.omit({ protocol: true }) }),
])
export type JournaledWork = z.infer<typeof JournaledWork>
