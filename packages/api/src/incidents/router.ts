import type { IncidentKind } from '@eventpass/domain'
import { z } from 'zod'
import { unwrap } from '../failures.ts'
import { auditorProcedure, organiserProcedure, router } from '../trpc.ts'
import { EventIdText, GateIdText, IncidentIdText, ScanIdText } from '../wire-ids.ts'
import { resolveIncident } from './resolve-incident.ts'

const shownMax = { incidents: 200, scansEach: 50 }
/** More scans than one matter has; a cloned tablet that worked on names most. */
const namedMax = 20_000
const reasonLengthMax = 500

/** A kind that the domain adds fails to compile here. */
const kinds = {
  double_admission: 'double_admission',
  double_gift: 'double_gift',
  over_stock: 'over_stock',
  admitted_after_revocation: 'admitted_after_revocation',
  over_limit: 'over_limit',
  forgery_suspected: 'forgery_suspected',
  fork: 'fork',
  gap: 'gap',
  clock: 'clock',
  bad_push: 'bad_push',
  provisional_refused: 'provisional_refused',
} as const satisfies { readonly [Kind in IncidentKind]: Kind }

const IncidentShape = z.object({
  id: z.uuid(),
  kind: z.enum(kinds),
  status: z.enum(['open', 'resolved', 'dissolved']),
  invitee: z.string().nullable(),
  listName: z.string().nullable(),
  openedMs: z.number(),
  orderUncertain: z.boolean(),
  deviceNo: z.int().nullable(),
  deviceLabel: z.string().nullable(),
  named: z.array(ScanIdText).readonly(),
  scans: z
    .array(
      z.object({
        id: ScanIdText,
        gate: GateIdText.nullable(),
        gateName: z.string().nullable(),
        deviceNo: z.int(),
        deviceLabel: z.string(),
        atMs: z.number().nullable(),
        loMs: z.number().nullable(),
        hiMs: z.number().nullable(),
        wallMs: z.number().nullable(),
        ruling: z.enum(['confirmed', 'superseded', 'voided']).nullable(),
      }),
    )
    .readonly(),
  resolution: z
    .object({ by: z.string().nullable(), atMs: z.number(), reason: z.string() })
    .nullable(),
})

export const incidentsRouter = router({
  /** The newest, open ones first. */
  list: auditorProcedure
    .input(z.object({ event: EventIdText }))
    .output(z.array(IncidentShape).readonly())
    .query(({ ctx, input }) =>
      ctx.deps.tx(ctx.tenant, (tx) => tx.incidents.findByEvent(input.event, shownMax)),
    ),

  /** `seen` are the scans that the person looked at: an incident that names others stays open. */
  resolve: organiserProcedure
    .input(
      z.object({
        incident: IncidentIdText,
        seen: z.array(ScanIdText).max(namedMax).readonly(),
        reason: z.string().trim().min(1).max(reasonLengthMax),
      }),
    )
    .output(z.object({ status: z.literal('resolved') }))
    .mutation(async ({ ctx, input }) => {
      const event = unwrap(await resolveIncident(ctx.deps, ctx.user, ctx.actor, input))
      ctx.deps.live.announce(event)
      return { status: 'resolved' } as const
    }),
})
