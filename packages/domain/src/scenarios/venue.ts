import type { TokenFacts } from '../decide/token-facts.ts'
import type {
  DeviceId,
  DeviceNo,
  Digest,
  GateId,
  InviteeNo,
  ListId,
  ScanHash,
  TicketId,
} from '../ids.ts'
import type { KnownIncident } from '../incident.ts'
import type { CheckInList, ManifestFrame, ManifestTicket } from '../manifest.ts'
import type { Contact, Scan } from '../scan.ts'
import type { DeviceName, GateName, Given, ListName } from './steps.ts'

/** 2026-06-05, 20:00 in Berlin. */
export const START_MS = Date.UTC(2026, 5, 5, 18)
export const MINUTE_MS = 60_000
/** Tablets have run this long when doors open. */
const BOOTED_MS = 60 * MINUTE_MS

export const deviceNames: readonly DeviceName[] = ['D1', 'D2', 'D3']
const gateNames: readonly GateName[] = ['North', 'South', 'East']

/** Everything that is so at one moment; steps change it. */
export interface Venue {
  readonly given: Given
  readonly frame: ManifestFrame
  nowMs: number
  readonly central: Central
  readonly devices: Map<DeviceName, Device>
  /** Every scan of every device, as it was recorded. */
  readonly recorded: Recorded[]
}

export interface Central {
  readonly rows: Map<Digest, ManifestTicket>
  readonly scans: Map<ScanHash, Recorded>
  readonly contacts: Contact[]
  incidents: readonly KnownIncident[]
}

export interface Recorded {
  readonly scan: Scan
  readonly trueMs: number
  readonly device: DeviceName
}

export interface Device {
  readonly name: DeviceName
  readonly id: DeviceId
  readonly no: DeviceNo
  gate: GateName
  readonly own: Recorded[]
  heard: readonly Recorded[]
  manifest: ReadonlyMap<Digest, ManifestTicket>
  pulledAtMs: number
  lastContact: Contact | null
}

export function createVenue(given: Given): Venue {
  const venue: Venue = {
    given,
    frame: frameOf(given),
    nowMs: START_MS,
    central: { rows: new Map(), scans: new Map(), contacts: [], incidents: [] },
    devices: new Map(),
    recorded: [],
  }
  for (const [name, row] of Object.entries({ T: {}, ...given.tickets })) {
    changeRow(venue, name, row)
  }
  return venue
}

/** An import or an edit at central; gates learn of it when they pull. */
export function changeRow({ central }: Venue, name: string, of: Partial<ManifestTicket>): void {
  const digest = digestOf(name)
  const before = central.rows.get(digest) ?? aRow(digest, central.rows.size + 1)
  central.rows.set(digest, { ...before, ...of })
}

export function deviceOf(venue: Venue, name: DeviceName): Device {
  const device = venue.devices.get(name)
  if (!device) throw new Error(`no such device: ${name}`)
  return device
}

/** A device at its gate, as it is before pairing. */
export function newDevice(venue: Venue, name: DeviceName): Device {
  const at = deviceNames.indexOf(name)
  return {
    name,
    id: name as unknown as DeviceId,
    no: (at + 1) as DeviceNo,
    gate: gateNames[at] ?? 'North',
    own: [],
    heard: [],
    manifest: new Map(),
    pulledAtMs: venue.nowMs,
    lastContact: null,
  }
}

/** What a tablet's own clock shows, right or wrong. */
export function wallMsOf({ given, nowMs }: Venue, device: Device): number {
  return nowMs + (given.clocks?.[device.name] ?? 0) * MINUTE_MS
}

export function monoMsOf({ nowMs }: Venue): number {
  return nowMs - START_MS + BOOTED_MS
}

export const gateId = (name: GateName) => `gate-${name}` as GateId
export const listId = (name: ListName) => `list-${name}` as ListId

export function digestOf(name: string): Digest {
  const hex = Array.from(name, (letter) => letter.charCodeAt(0).toString(16).slice(-2)).join('')
  return hex.padEnd(32, '0').slice(0, 32) as Digest
}

/** Codes that are no ticket of this event, as the token package tells them. */
const strangeCodes: Readonly<Record<string, TokenFacts>> = {
  noise: { kind: 'unreadable', digest: null },
  'a database id': { kind: 'unreadable', digest: null },
  'a forged code': { kind: 'bad_signature', digest: digestOf('forged') },
  'a code of another event': { kind: 'other_event', digest: digestOf('other') },
  'a code of a retired kid': { kind: 'retired_key', digest: digestOf('retired') },
  'a code of an unknown kid': { kind: 'sync_needed', digest: digestOf('kid') },
}

/** Any other code is a genuine ticket, on the list or not. */
export function tokenOf(code: string): TokenFacts {
  const genuine = { kind: 'genuine', digest: digestOf(code), kid: 1, ticketId: code as TicketId }
  return strangeCodes[code] ?? (genuine as TokenFacts)
}

function frameOf({ list, policy }: Given): ManifestFrame {
  const plain: CheckInList = {
    id: listId('L'),
    name: 'Main',
    counting: 'stay',
    reEntry: true,
    categories: null,
    unpaid: 'refuse',
    rules: [],
    question: null,
  }
  return {
    eventName: 'Summer party',
    categories: ['General', 'VIP'],
    lists: [
      { ...plain, ...list },
      { ...plain, id: listId('L2'), name: 'Lounge' },
    ],
    gates: gateNames.map((name) => ({ id: gateId(name), name })),
    policy: {
      unlisted: 'steward',
      byName: 'steward',
      replicaAgeMsMax: null,
      timeZone: 'Europe/Berlin',
      ...policy,
    },
  }
}

function aRow(digest: Digest, no: number): ManifestTicket {
  return {
    digest,
    invitee: no as InviteeNo,
    name: `Guest ${no}`,
    category: 0,
    state: 'valid',
    stateAtMs: null,
    blocked: false,
    validFromMs: null,
    validUntilMs: null,
    party: null,
    notice: null,
  }
}
