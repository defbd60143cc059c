import type { IncidentKind } from '@eventpass/domain'
import { z } from 'zod'
import { auditorProcedure, router } from '../trpc.ts'
import { EventIdText, GateIdText, ScanIdText } from '../wire-ids.ts'

export const incidentsPerPageMax = 200

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
} as const satisfies { readonly [Kind in IncidentKind]: Kind }

const IncidentShape = z.object({
  id: z.uuid(),
  kind: z.enum(kinds),
  status: z.enum(['open', 'resolved', 'dissolved']),
  invitee: z.string().nullable(),
  listName: z.string().nullable(),
  openedMs: z.number(),
  orderUncertain: z.boolean(),
  scans: z
    .array(
      z.object({
        id: ScanIdText,
        gate: GateIdText.nullable(),
        gateName: z.string().nullable(),
        deviceLabel: z.string(),
        atMs: z.number().nullable(),
        loMs: z.number().nullable(),
        hiMs: z.number().nullable(),
        wallMs: z.number().nullable(),
        ruling: z.enum(['confirmed', 'superseded', 'voided']).nullable(),
      }),
    )
    .readonly(),
})

export const incidentsRouter = router({
  /** The newest, open ones first. */
  list: auditorProcedure
    .input(z.object({ event: EventIdText }))
    .output(z.array(IncidentShape).readonly())
    .query(({ ctx, input }) =>
      ctx.deps.tx(ctx.tenant, (tx) => tx.incidents.findByEvent(input.event, incidentsPerPageMax)),
    ),
})
