import { z } from 'zod'
import { unwrap } from '../failures.ts'
import { readFinality } from '../finality/read-finality.ts'
import { auditorProcedure, organiserProcedure, router } from '../trpc.ts'
import { DeviceIdText, EventIdText, GateIdText, ListIdText, MsValue } from '../wire-ids.ts'
import { createEvent } from './create-event.ts'
import { addCategory, addGate, addList, editEvent } from './edit-event.ts'
import type { EventDetails } from './event-store.ts'
import { countEvent, getEvent, listEvents } from './read-events.ts'

const Name = z.string().trim().min(1).max(200)
const Decider = z.enum(['refuse', 'supervisor', 'steward'])
const EventPolicyShape = z.object({
  unlisted: Decider,
  byName: Decider,
  /** Past this age of its list a gate turns amber; null is never. */
  replicaAgeMsMax: z.int().min(1_000).nullable(),
})
const Categories = z.array(z.int().min(0)).max(500).readonly()
const ListRuleShape = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('entries_total'), max: z.int().min(1) }),
  z.object({ kind: z.literal('entries_a_day'), max: z.int().min(1) }),
  z.object({ kind: z.literal('minutes_since_last_entry'), min: z.int().min(1) }),
  z.object({ kind: z.literal('gates'), gates: z.array(GateIdText).min(1).max(1_000).readonly() }),
  z.object({ kind: z.literal('categories'), categories: Categories }),
  z.object({
    kind: z.literal('window'),
    fromMs: MsValue.nullable(),
    untilMs: MsValue.nullable(),
    toleranceMinutes: z.int().min(0).max(1_440),
  }),
])
const ListShape = z.object({
  name: Name,
  counting: z.enum(['once', 'stay', 'many']),
  reEntry: z.boolean(),
  categories: Categories.nullable(),
  unpaid: z.enum(['refuse', 'ask']),
  rules: z.array(ListRuleShape).max(50).readonly(),
  question: z.string().trim().min(1).max(300).nullable(),
})
const StoredList = ListShape.extend({ id: ListIdText, gives: z.literal('gift').optional() })
const StoredGate = z.object({ id: GateIdText, name: z.string() })
const EventShape = z.object({
  id: EventIdText,
  name: z.string(),
  timeZone: z.string(),
  startsMs: z.number(),
  endsMs: z.number(),
  policy: EventPolicyShape,
  leaseMs: z.number().nullable(),
  /** Whether a supervisor PIN is set; the PIN itself is nowhere. */
  hasPin: z.boolean(),
  createdMs: z.number(),
  closedMs: z.number().nullable(),
})
const ByEvent = z.object({ event: EventIdText })

export const eventsRouter = router({
  create: organiserProcedure
    .input(
      z.object({
        name: Name,
        timeZone: z.string().max(64),
        startsMs: MsValue,
        endsMs: MsValue,
        policy: EventPolicyShape.partial().default({}),
      }),
    )
    .output(EventShape)
    .mutation(async ({ ctx, input }) => {
      return shown(unwrap(await createEvent(ctx.deps, ctx.tenant, ctx.actor, input)))
    }),

  /** The newest 500. */
  list: auditorProcedure
    .output(z.array(EventShape))
    .query(async ({ ctx }) => (await listEvents(ctx.deps, ctx.tenant)).map(shown)),

  get: auditorProcedure
    .input(ByEvent)
    .output(
      EventShape.extend({
        categories: z.array(z.string()).readonly(),
        lists: z.array(StoredList).readonly(),
        gates: z.array(StoredGate).readonly(),
      }),
    )
    .query(async ({ ctx, input }) => {
      const { categories, lists, gates, ...event } = unwrap(
        await getEvent(ctx.deps, ctx.tenant, input.event),
      )
      return { ...shown(event), categories, lists, gates }
    }),

  counts: auditorProcedure
    .input(ByEvent)
    .output(
      z.object({
        invitees: z.int(),
        admitted: z.int(),
        inviteesInside: z.int(),
        peopleInside: z.int(),
        incidentsOpen: z.int(),
        manifestRevision: z.int(),
      }),
    )
    .query(async ({ ctx, input }) => unwrap(await countEvent(ctx.deps, ctx.tenant, input.event))),

  /** Up to when nothing that is still under way can change who was first, and whom that waits for. */
  finality: auditorProcedure
    .input(ByEvent)
    .output(
      z.object({
        upToMs: z.number().nullable(),
        devices: z.int(),
        complete: z.boolean(),
        waitingFor: z
          .array(
            z.object({
              device: DeviceIdText,
              deviceNo: z.int(),
              label: z.string(),
              gateName: z.string(),
              lastHeardMs: z.number().nullable(),
              missing: z.int(),
            }),
          )
          .readonly(),
      }),
    )
    .query(async ({ ctx, input }) => unwrap(await readFinality(ctx.deps, ctx.tenant, input.event))),

  edit: organiserProcedure
    .input(
      ByEvent.extend({
        name: Name.optional(),
        policy: EventPolicyShape.partial().optional(),
        leaseMs: z.int().min(60_000).nullable().optional(),
        pin: z
          .string()
          .regex(/^\d{4,12}$/)
          .nullable()
          .optional(),
      }),
    )
    .output(EventShape)
    .mutation(async ({ ctx, input: { event, ...edit } }) =>
      shown(unwrap(await editEvent(ctx.deps, ctx.tenant, ctx.actor, event, edit))),
    ),

  addList: organiserProcedure
    .input(ByEvent.extend({ list: ListShape }))
    .output(StoredList)
    .mutation(async ({ ctx, input }) =>
      unwrap(await addList(ctx.deps, ctx.tenant, ctx.actor, input.event, input.list)),
    ),

  addGate: organiserProcedure
    .input(ByEvent.extend({ name: Name }))
    .output(StoredGate)
    .mutation(async ({ ctx, input }) =>
      unwrap(await addGate(ctx.deps, ctx.tenant, ctx.actor, input.event, input.name)),
    ),

  addCategory: organiserProcedure
    .input(ByEvent.extend({ name: Name }))
    .output(z.object({ categories: z.array(z.string()).readonly() }))
    .mutation(async ({ ctx, input }) => {
      const added = await addCategory(ctx.deps, ctx.tenant, ctx.actor, input.event, input.name)
      return { categories: unwrap(added) }
    }),
})

/** What leaves of an event: not the PIN's hash, which four digits would not protect. */
function shown({ pinHash, signingKid: _, tag: __, ...event }: EventDetails) {
  return { ...event, hasPin: pinHash !== null }
}
