import { z } from 'zod'
import { unwrap } from '../failures.ts'
import { auditorProcedure, organiserProcedure, router } from '../trpc.ts'
import { DeviceIdText, EventIdText, GateIdText, ListIdText } from '../wire-ids.ts'
import {
  acceptDevice,
  listDevices,
  mintPairingLink,
  moveDevice,
  readPairing,
  refuseDevice,
  revokeDevice,
} from './manage-devices.ts'

const Place = z.object({
  list: ListIdText,
  gate: GateIdText,
  role: z.enum(['steward', 'supervisor', 'kiosk']),
})
const Device = Place.extend({
  id: DeviceIdText,
  event: EventIdText,
  no: z.int(),
  label: z.string(),
  state: z.enum(['waiting', 'active', 'revoked', 'retired', 'pair_anew', 'refused', 'desk']),
  words: z.array(z.string()).readonly(),
  throughSeq: z.int(),
  highestSeq: z.int(),
  signedSeq: z.int(),
  forkSeq: z.int().nullable(),
  waitsUntilMs: z.number().nullable(),
  pairedMs: z.number().nullable(),
  lastContactMs: z.number().nullable(),
})
const ByDevice = z.object({ device: DeviceIdText })

export const devicesAdminRouter = router({
  /** A link that pairs one tablet, once, within ten minutes. `path` belongs behind the origin. */
  pair: organiserProcedure
    .input(Place.extend({ event: EventIdText }))
    .output(z.object({ pairing: z.string(), path: z.string(), expiresMs: z.number() }))
    .mutation(async ({ ctx, input }) =>
      unwrap(await mintPairingLink(ctx.deps, ctx.user, ctx.actor, input)),
    ),

  /** Whether a tablet has come by the link for which `pair` answered this `pairing`. */
  pairing: organiserProcedure
    .input(z.object({ pairing: z.string().regex(/^[0-9a-f]{64}$/) }))
    .output(z.object({ used: z.boolean() }))
    .query(async ({ ctx, input }) =>
      unwrap(await readPairing(ctx.deps, ctx.tenant, input.pairing)),
    ),

  list: auditorProcedure
    .input(z.object({ event: EventIdText }))
    .output(z.array(Device).readonly())
    .query(async ({ ctx, input }) => unwrap(await listDevices(ctx.deps, ctx.tenant, input.event))),

  /** After comparing the four words on both screens. */
  accept: organiserProcedure
    .input(ByDevice)
    .output(Device)
    .mutation(async ({ ctx, input }) =>
      unwrap(await acceptDevice(ctx.deps, ctx.tenant, ctx.actor, input.device)),
    ),

  refuse: organiserProcedure
    .input(ByDevice)
    .output(Device)
    .mutation(async ({ ctx, input }) =>
      unwrap(await refuseDevice(ctx.deps, ctx.tenant, ctx.actor, input.device)),
    ),

  revoke: organiserProcedure
    .input(ByDevice)
    .output(Device)
    .mutation(async ({ ctx, input }) =>
      unwrap(await revokeDevice(ctx.deps, ctx.tenant, ctx.actor, input.device)),
    ),

  move: organiserProcedure
    .input(ByDevice.extend({ place: Place }))
    .output(Device)
    .mutation(async ({ ctx, input }) =>
      unwrap(await moveDevice(ctx.deps, ctx.tenant, ctx.actor, input.device, input.place)),
    ),
})
