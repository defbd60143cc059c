import type { Digest, ScanHash } from '../ids.ts'
import type { IncidentChange } from '../incident.ts'
import type { KeyOutcome } from '../reconcile/key.ts'
import { mergeIncidents } from '../reconcile/merge-incidents.ts'
import { reconcileKey } from '../reconcile/reconcile-key.ts'
import type { Scan } from '../scan.ts'
import { indexContactsByDevice } from '../time/contacts.ts'
import type { Ruled } from './steps.ts'
import {
  type Central,
  type Device,
  digestOf,
  listId,
  MINUTE_MS,
  monoMsOf,
  type Venue,
  wallMsOf,
} from './venue.ts'

const roundTripMs = 40
const passMs = 100

/** A time exchange, which opens every pass; pairing is the first. */
export function contactWith(venue: Venue, device: Device): void {
  venue.nowMs += passMs
  const head = device.own.at(-1)?.scan
  device.lastContact = {
    device: device.id,
    node: 'central',
    epoch: 1,
    headSeq: head?.body.seq ?? 0,
    headHash: head?.hash ?? ('0' as ScanHash),
    monoMs: monoMsOf(venue),
    wallMs: wallMsOf(venue, device),
    tiMs: venue.nowMs - roundTripMs / 2,
    trMs: venue.nowMs + roundTripMs / 2,
  }
  venue.central.contacts.push(device.lastContact)
}

/** Central keeps a set: the same scan again is no other scan. */
export function pushFrom(venue: Venue, device: Device): void {
  contactWith(venue, device)
  for (const one of device.own) venue.central.scans.set(one.scan.hash, one)
}

export function pullTo(venue: Venue, device: Device): void {
  contactWith(venue, device)
  const { scans, rows } = venue.central
  device.heard = [...scans.values()].filter((one) => one.device !== device.name)
  device.manifest = new Map(rows)
  device.pulledAtMs = venue.nowMs
}

/** Rules on ticket T and list L by all that has arrived. */
export function rule({ central, frame, recorded }: Venue): Ruled {
  const digest = digestOf('T')
  const row = central.rows.get(digest)
  const list = frame.lists.find(({ id }) => id === listId('L'))
  if (!row || !list) throw new Error('T and L are always there')

  const scans = scansOf(central, digest).map((scan) => ({ ...scan, invitee: row.invitee }))
  const outcome = reconcileKey({
    list,
    invitee: row.invitee,
    timeZone: frame.policy.timeZone,
    scans,
    contacts: indexContactsByDevice(central.contacts),
    tickets: [{ digest, state: row.state, stateAtMs: row.stateAtMs }],
  })
  keepIncidents(central, mergeIncidents(central.incidents, outcome.incidents))

  const winner = recorded.find(({ scan }) => scan.body.id === outcome.slots[0]?.winner)
  const admits = scans.filter(({ body }) => outcome.rulings.has(body.id))
  return {
    inviteesInside: Number(outcome.inside),
    peopleInside: outcome.people,
    slots: outcome.slots.length,
    winner: winner?.device ?? null,
    rulings: admits.map(({ body }) => outcome.rulings.get(body.id)?.kind ?? 'none'),
    incidents: central.incidents.map(
      ({ kind, status, scans: about }) => `${kind} ${status}, ${about.length} scans`,
    ),
    skewMinutes: admits.map((scan) => skewMinutes(scan, outcome)),
  }
}

function scansOf({ scans }: Central, digest: Digest): readonly Scan[] {
  return [...scans.values()]
    .map(({ scan }) => scan)
    .filter(({ body }) => body.digest === digest || body.act === 'void')
}

function skewMinutes({ body }: Scan, { estimates }: KeyOutcome): number {
  const atMs = estimates.get(body.id)?.estimateMs ?? Number.NaN
  return Math.round((body.wallMs - atMs) / MINUTE_MS)
}

function keepIncidents(central: Central, changes: readonly IncidentChange[]): void {
  const byKey = new Map(central.incidents.map((one) => [one.key, one]))
  for (const { incident, status } of changes) {
    byKey.set(incident.key, { ...incident, status, covers: null })
  }
  central.incidents = [...byKey.values()]
}
