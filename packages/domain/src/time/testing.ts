/**
 * True timelines and what devices record of them.
 *
 * Everything is a pure function of a plan: clocks that drift, step, stop and
 * start anew, contacts with slow round trips, a hub without a trusted clock.
 * Times are multiples of 1/8 ms, which a double holds exactly at this size.
 */
import fc from 'fast-check'
import type { DeviceId, ScanHash } from '../ids.ts'
import type { Contact } from '../scan.ts'
import { type ContactIndex, indexContacts } from './contacts.ts'
import type { ScanClock } from './estimate-time.ts'
import { type HubContact, mapHubContact } from './hub.ts'
import type { ClockReading } from './now.ts'

/** 2026-05-01, doors open. */
export const DOORS_OPEN_MS = Date.UTC(2026, 4, 1, 18)

const DAY_MS = 24 * 3_600_000
const YEAR_MS = 365 * DAY_MS

/** How a device's clocks misbehave; times in ms since doors open. */
export interface ClockPlan {
  readonly monoPpm: number
  readonly wallPpm: number
  readonly wallOffsetMs: number
  readonly monoBaseMs: number
  readonly sleeps: readonly { readonly at: number; readonly forMs: number }[]
  readonly reloads: readonly number[]
  readonly wallSteps: readonly { readonly at: number; readonly byMs: number }[]
}

export interface ContactPlan {
  readonly at: number
  /** From the node's sending to the device's signing, and from there to the reply's arrival. */
  readonly outMs: number
  readonly backMs: number
  readonly via: 'central' | 'hub'
}

export interface DevicePlan {
  readonly clock: ClockPlan
  readonly scans: readonly number[]
  readonly contacts: readonly ContactPlan[]
}

export interface TruePlan {
  readonly devices: readonly DevicePlan[]
  readonly hub: { readonly clock: ClockPlan; readonly contacts: readonly ContactPlan[] }
}

/** A scan as its device recorded it, beside the truth. */
export interface TrueScan {
  readonly trueMs: number
  readonly device: number
  readonly clock: ScanClock
}

/** A contact in the time of its node, beside the truth. */
export interface TrueContact {
  readonly device: number
  readonly signedMs: number
  readonly sentMs: number
  readonly repliedMs: number
  /** Place in the hub's log; 0 for a contact with central. */
  readonly logSeq: number
  readonly record: Contact | HubContact
}

export interface Timeline {
  readonly scans: readonly TrueScan[]
  readonly contacts: readonly TrueContact[]
  /** Contacts between the hub and central. */
  readonly hubContacts: readonly TrueContact[]
}

const grid = (fromMs: number, untilMs: number) =>
  fc.integer({ min: fromMs * 8, max: untilMs * 8 }).map((eighths) => eighths / 8)

/** A minute, so that things crowd, or half a day, so that drift counts. */
const anyMoment = fc.oneof(grid(0, 60_000), grid(0, DAY_MS / 2))

const clockPlanWithin = (moment: fc.Arbitrary<number>): fc.Arbitrary<ClockPlan> =>
  fc.record({
    monoPpm: fc.integer({ min: -180, max: 180 }),
    wallPpm: fc.integer({ min: -180, max: 180 }),
    wallOffsetMs: fc.oneof(fc.constant(0), grid(-12 * YEAR_MS, 12 * YEAR_MS)),
    monoBaseMs: grid(0, 1_000),
    sleeps: fc.array(fc.record({ at: moment, forMs: grid(0, 3 * 3_600_000) }), { maxLength: 3 }),
    reloads: fc.array(moment, { maxLength: 2 }),
    wallSteps: fc.array(fc.record({ at: moment, byMs: grid(-DAY_MS, DAY_MS) }), { maxLength: 2 }),
  })

const contactPlanWithin = (
  moment: fc.Arbitrary<number>,
  via: fc.Arbitrary<ContactPlan['via']>,
): fc.Arbitrary<ContactPlan> =>
  fc.record({
    at: moment,
    outMs: fc.oneof(grid(0, 50), grid(0, 5_000)),
    backMs: fc.oneof(grid(0, 50), grid(0, 5_000)),
    via,
  })

const devicePlanWithin = (
  moment: fc.Arbitrary<number>,
  via: fc.Arbitrary<ContactPlan['via']>,
): fc.Arbitrary<DevicePlan> =>
  fc.record({
    clock: clockPlanWithin(moment),
    scans: fc.array(moment, { minLength: 1, maxLength: 6 }),
    contacts: fc.array(contactPlanWithin(moment, via), { maxLength: 6 }),
  })

const truePlanWithin = (moment: fc.Arbitrary<number>): fc.Arbitrary<TruePlan> =>
  fc.record({
    devices: fc.array(devicePlanWithin(moment, fc.constantFrom('central', 'hub')), {
      minLength: 1,
      maxLength: 3,
    }),
    hub: fc.record({
      clock: clockPlanWithin(moment),
      contacts: fc.array(contactPlanWithin(moment, fc.constant('central')), { maxLength: 5 }),
    }),
  })

export const anyClockPlan = clockPlanWithin(anyMoment)

export const anyDevicePlan = (via: ContactPlan['via'] = 'central') =>
  devicePlanWithin(anyMoment, fc.constant(via))

export const anyTruePlan = truePlanWithin(anyMoment)

/** All within a minute, so that round trips, reloads and scans overlap. */
export const anyCrowdedPlan = truePlanWithin(grid(0, 60_000))

/** What the clocks of a device show at a true moment. */
export function readClock(plan: ClockPlan, at: number): ClockReading {
  const reloads = plan.reloads.filter((reload) => reload <= at)
  const startedAt = Math.max(0, ...reloads)
  const awakeMs = at - startedAt - asleepMs(plan, startedAt, at)
  const stepsMs = plan.wallSteps
    .filter((step) => step.at <= at)
    .reduce((sum, step) => sum + step.byMs, 0)
  return {
    epoch: 1 + reloads.length,
    monoMs: Math.floor(plan.monoBaseMs + awakeMs * (1 + plan.monoPpm * 1e-6)),
    wallMs: Math.floor(
      DOORS_OPEN_MS + plan.wallOffsetMs + stepsMs + at * (1 + plan.wallPpm * 1e-6),
    ),
  }
}

/** Overlapping sleeps count once. */
function asleepMs({ sleeps }: ClockPlan, from: number, until: number): number {
  let asleep = 0
  let past = from
  for (const { at, forMs } of sleeps.toSorted((a, b) => a.at - b.at)) {
    const start = Math.max(past, at)
    const end = Math.min(until, at + forMs)
    if (end > start) {
      asleep += end - start
      past = end
    }
  }
  return asleep
}

/** Lives through a plan: all that the devices, the hub and central record. */
export function live(plan: TruePlan): Timeline {
  const hubLog = plan.devices
    .flatMap((device, at) =>
      device.contacts.filter(({ via }) => via === 'hub').map((contact) => ({ contact, at })),
    )
    .sort((a, b) => repliedAt(a.contact) - repliedAt(b.contact) || a.at - b.at)
  const hubHeadAt = (at: number) => hubLog.filter(({ contact }) => repliedAt(contact) < at).length
  const hubMoment = (at: number) => {
    const { epoch, monoMs } = readClock(plan.hub.clock, at)
    return { headSeq: hubHeadAt(at), epoch, monoMs }
  }

  return {
    scans: plan.devices.flatMap((device, at) => scansOf(device, at)),
    contacts: plan.devices.flatMap((device, at) =>
      device.contacts.map((contact) => {
        const base = contactOf(device.clock, contact, at, headOf(device, contact.at))
        if (contact.via === 'central') return base
        const { tiMs: _, trMs: __, ...rest } = base.record as Contact
        const ti = hubMoment(contact.at - contact.outMs)
        const tr = hubMoment(contact.at + contact.backMs)
        const logSeq = 1 + hubLog.findIndex((entry) => entry.contact === contact)
        return { ...base, logSeq, record: { ...rest, node: 'hub', ti, tr } }
      }),
    ),
    hubContacts: plan.hub.contacts.map((contact) =>
      contactOf(plan.hub.clock, contact, -1, hubHeadAt(contact.at)),
    ),
  }
}

export function isHubContact(record: Contact | HubContact): record is HubContact {
  return 'ti' in record
}

/** The contacts of one device as central sees them: direct ones, and the hub's mapped through what central knows of it. */
export function indexOf(
  contacts: readonly TrueContact[],
  hubContacts: readonly TrueContact[],
  device: number,
): ContactIndex {
  const hub = indexContacts(hubContacts.map(({ record }) => record as Contact))
  return indexContacts(
    contacts
      .filter((contact) => contact.device === device)
      .map(({ record }) => (isHubContact(record) ? mapHubContact(record, hub) : record)),
  )
}

function repliedAt(contact: ContactPlan): number {
  return contact.at + contact.backMs
}

function scansOf(plan: DevicePlan, device: number): readonly TrueScan[] {
  return plan.scans
    .toSorted((a, b) => a - b)
    .map((at, index) => ({
      trueMs: DOORS_OPEN_MS + at,
      device,
      clock: { seq: index + 1, quarantine: null, ...readClock(plan.clock, at) },
    }))
}

/** A scan and a contact at one instant: the scan comes first. */
function headOf(plan: DevicePlan, at: number): number {
  return plan.scans.filter((scan) => scan <= at).length
}

function contactOf(
  clock: ClockPlan,
  plan: ContactPlan,
  device: number,
  headSeq: number,
): TrueContact {
  const signedMs = DOORS_OPEN_MS + plan.at
  const sentMs = signedMs - plan.outMs
  const repliedMs = signedMs + plan.backMs
  const record: Contact = {
    device: deviceId(device),
    node: 'central',
    headSeq,
    headHash: hashOf(device, headSeq),
    tiMs: Math.floor(sentMs),
    trMs: Math.ceil(repliedMs),
    ...readClock(clock, plan.at),
  }
  return { device, signedMs, sentMs, repliedMs, logSeq: 0, record }
}

export function deviceId(device: number): DeviceId {
  return `00000000-0000-4000-8000-0000000000${(device + 16).toString(16)}` as DeviceId
}

export function hashOf(device: number, seq: number): ScanHash {
  return `${(device + 16).toString(16)}${seq.toString(16).padStart(62, '0')}` as ScanHash
}

/** A contact of device 0 with central, for examples; Ti and Tr in ms after doors open. */
export function contact(
  of: Partial<Omit<Contact, 'tiMs' | 'trMs'>> & { readonly ti: number; readonly tr: number },
): Contact {
  const { ti, tr, ...rest } = of
  return {
    device: deviceId(0),
    node: 'central',
    epoch: 1,
    headSeq: 0,
    headHash: hashOf(0, of.headSeq ?? 0),
    monoMs: 0,
    wallMs: 0,
    ...rest,
    tiMs: DOORS_OPEN_MS + ti,
    trMs: DOORS_OPEN_MS + tr,
  }
}
