import { z } from 'zod'
import { eraseInvitee, readErasure } from '../erasure/erase-invitee.ts'
import { unwrap } from '../failures.ts'
import { auditorProcedure, organiserProcedure, router } from '../trpc.ts'
import { DeviceIdText, EventIdText, InviteeNoValue } from '../wire-ids.ts'
import { commitImport, previewImport } from './commit-import.ts'
import { inviteesPerPageMax, listInvitees, setDoor } from './manage-invitees.ts'
import { stageImport } from './stage-import.ts'

const Problem = z.object({
  row: z.int(),
  column: z.string().nullable(),
  severity: z.enum(['error', 'warning']),
  message: z.string(),
})
const Findings = z.object({
  columns: z
    .array(
      z.object({
        column: z.string(),
        header: z.string(),
        meaning: z.enum([
          'name',
          'first_name',
          'last_name',
          'email',
          'phone',
          'category',
          'external_id',
          'party',
          'companions',
          'notice',
        ]),
      }),
    )
    .readonly(),
  ignored: z.array(z.string()).readonly(),
  rows: z.int(),
  guests: z.int(),
  errorCount: z.int(),
  warningCount: z.int(),
  problems: z.array(Problem).readonly(),
})
const Changes = z.object({
  added: z.int(),
  changed: z.int(),
  unchanged: z.int(),
  cancelled: z.int(),
})
const Invitee = z.object({
  no: InviteeNoValue,
  name: z.string(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  category: z.int().nullable(),
  externalId: z.string().nullable(),
  party: z.int().nullable(),
  blocked: z.boolean(),
  notice: z.string().nullable(),
  state: z.enum(['pending', 'checked_in', 'gift_claimed']),
  ticketState: z.enum(['valid', 'reprinted', 'revoked', 'cancelled', 'unpaid']),
})
const Erased = z.object({
  no: InviteeNoValue,
  erasedMs: z.number(),
  revision: z.int(),
  confirmed: z.int(),
  waiting: z
    .array(
      z.object({
        device: DeviceIdText,
        no: z.int(),
        label: z.string(),
        state: z.enum(['active', 'revoked', 'retired', 'pair_anew']),
        revision: z.int(),
        lastContactMs: z.number().nullable(),
      }),
    )
    .readonly(),
})
const OneInvitee = z.object({ event: EventIdText, no: InviteeNoValue })
const ById = z.object({ id: z.uuid().lowercase() })

export const inviteesRouter = router({
  /**
   * Reads an uploaded list. Its bytes come from the upload route, as a stream: JSON cannot carry
   * one, so that this is of no use over HTTP.
   */
  upload: organiserProcedure
    .input(
      z.object({
        event: EventIdText,
        fileName: z.string().max(255),
        bytes: z.custom<AsyncIterable<Uint8Array>>(isStream, 'Send the file to the upload route.'),
      }),
    )
    .output(z.object({ id: z.uuid(), findings: Findings }))
    .mutation(async ({ ctx, input }) => unwrap(await stageImport(ctx.deps, ctx.user, input))),

  /** What committing an upload would do; changes nothing. */
  importPreview: organiserProcedure
    .input(ById)
    .output(
      Changes.extend({
        id: z.uuid(),
        event: EventIdText,
        fileName: z.string(),
        findings: Findings,
        newCategories: z.array(z.string()).readonly(),
      }),
    )
    .mutation(async ({ ctx, input }) =>
      unwrap(await previewImport(ctx.deps, ctx.tenant, input.id)),
    ),

  /** All or nothing. */
  importCommit: organiserProcedure
    .input(ById)
    .output(Changes)
    .mutation(async ({ ctx, input }) =>
      unwrap(await commitImport(ctx.deps, ctx.tenant, ctx.actor, input.id)),
    ),

  list: auditorProcedure
    .input(
      z.object({
        event: EventIdText,
        after: z.int().min(0).default(0),
        limit: z.int().min(1).max(inviteesPerPageMax).default(100),
        query: z.string().max(200).default(''),
      }),
    )
    .output(z.array(Invitee).readonly())
    .query(async ({ ctx, input: { event, ...page } }) =>
      unwrap(await listInvitees(ctx.deps, ctx.tenant, event, page)),
    ),

  /** Blocks or unblocks, and sets the notice for staff at the door. */
  setDoor: organiserProcedure
    .input(
      z.object({
        event: EventIdText,
        no: InviteeNoValue,
        blocked: z.boolean(),
        notice: z.string().trim().min(1).max(500).nullable(),
      }),
    )
    .output(Invitee)
    .mutation(async ({ ctx, input: { event, no, ...door } }) =>
      unwrap(await setDoor(ctx.deps, ctx.tenant, ctx.actor, { event, no }, door)),
    ),

  /** Erases a person for good, and tells which tablets have yet to hear of it. */
  erase: organiserProcedure
    .input(OneInvitee)
    .output(Erased)
    .mutation(async ({ ctx, input }) =>
      unwrap(await eraseInvitee(ctx.deps, ctx.tenant, ctx.actor, input)),
    ),

  /** Which tablets have confirmed an erasure. */
  erasure: auditorProcedure
    .input(OneInvitee)
    .output(Erased)
    .query(async ({ ctx, input }) => unwrap(await readErasure(ctx.deps, ctx.tenant, input))),
})

function isStream(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}
