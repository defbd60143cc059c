import { z } from 'zod'
import { unwrap } from '../failures.ts'
import { auditorProcedure, organiserProcedure, router } from '../trpc.ts'
import { DeviceIdText, EventIdText, InviteeNoValue, ListIdText, ScanIdText } from '../wire-ids.ts'
import { createGift, listGifts, listHandOuts, setStock } from './manage-gifts.ts'

const ByEvent = z.object({ event: EventIdText })
const Stock = z.int().min(0).max(10_000_000).nullable()
const GiftShape = z.object({
  id: ListIdText,
  name: z.string(),
  categories: z.array(z.int()).readonly().nullable(),
  stock: Stock,
  taken: z.int(),
})

export const giftsRouter = router({
  create: organiserProcedure
    .input(
      ByEvent.extend({
        name: z.string().trim().min(1).max(200),
        /** Null is unlimited. */
        stock: Stock.default(null),
        categories: z.array(z.int().min(0)).max(500).readonly().nullable().default(null),
      }),
    )
    .output(GiftShape)
    .mutation(async ({ ctx, input }) =>
      unwrap(await createGift(ctx.deps, ctx.tenant, ctx.actor, input)),
    ),

  list: auditorProcedure
    .input(ByEvent)
    .output(z.array(GiftShape).readonly())
    .query(async ({ ctx, input }) => unwrap(await listGifts(ctx.deps, ctx.tenant, input.event))),

  setStock: organiserProcedure
    .input(ByEvent.extend({ gift: ListIdText, stock: Stock }))
    .output(z.object({ stock: Stock }))
    .mutation(async ({ ctx, input }) =>
      unwrap(await setStock(ctx.deps, ctx.tenant, ctx.actor, input)),
    ),

  /** The newest 500. */
  handOuts: auditorProcedure
    .input(ByEvent)
    .output(
      z
        .array(
          z.object({
            scan: ScanIdText,
            gift: ListIdText,
            invitee: InviteeNoValue,
            device: DeviceIdText,
            atMs: z.number(),
            voided: z.boolean(),
          }),
        )
        .readonly(),
    )
    .query(async ({ ctx, input }) => unwrap(await listHandOuts(ctx.deps, ctx.tenant, input.event))),
})
