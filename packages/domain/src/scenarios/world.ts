import type { ScanBody } from '../scan.ts'
import type { Verdict } from '../verdict.ts'
import { contactWith, pullTo, pushFrom, rule } from './central.ts'
import type { Given, Ruled, Shown, Step } from './steps.ts'
import { scanOn, undoOn } from './tablet.ts'
import {
  changeRow,
  createVenue,
  type Device,
  deviceNames,
  deviceOf,
  MINUTE_MS,
  newDevice,
  START_MS,
  type Venue,
} from './venue.ts'

/**
 * A venue in memory for the scenario suite: central and three tablets, whose
 * clocks may lie. It decides by `decide` and rules by `reconcileKey` over plain
 * sets; stores and wires have suites of their own.
 */
export interface World {
  /** Carries out a step and returns what came of it, to be held against the step. */
  readonly run: (step: Step) => Outcome
  /** Every scan as recorded, in order: `admit`, `refuse used` … */
  readonly recorded: () => readonly string[]
  readonly bodies: () => readonly ScanBody[]
}

interface Outcome {
  readonly gives?: string
  readonly shows?: Shown
  readonly ruled?: Ruled
}

export function createWorld(given: Given = {}): World {
  const venue = createVenue(given)
  venue.nowMs = START_MS - MINUTE_MS
  for (const name of deviceNames) {
    const device = newDevice(venue, name)
    venue.devices.set(name, device)
    contactWith(venue, device)
    pullTo(venue, device)
  }
  // Pairing lies before doors open, so that the times of steps are round.
  venue.nowMs = START_MS
  return {
    run: (step) => runStep(venue, step),
    recorded: () => venue.recorded.map(({ scan: { body } }) => inWords(body.verdict, body)),
    bodies: () => venue.recorded.map(({ scan }) => scan.body),
  }
}

function runStep(venue: Venue, step: Step): Outcome {
  if ('scan' in step) {
    const device = deviceOf(venue, step.on ?? 'D1')
    const verdict = scanOn(venue, device, step)
    return { gives: inWords(verdict.kind, verdict), shows: shown(venue, device, verdict) }
  }
  if ('undo' in step) {
    const verdict = undoOn(venue, deviceOf(venue, step.on ?? 'D1'), step)
    return { gives: inWords(verdict.kind, verdict) }
  }
  if ('ruled' in step) return { ruled: rule(venue) }
  if ('push' in step) pushFrom(venue, deviceOf(venue, step.push))
  else if ('pull' in step) pullTo(venue, deviceOf(venue, step.pull))
  else if ('move' in step) deviceOf(venue, step.move).gate = step.to
  else for (const [name, of] of Object.entries(step.central)) changeRow(venue, name, of)
  return {}
}

function shown({ frame, nowMs }: Venue, device: Device, verdict: Verdict): Shown {
  const row = [...device.manifest.values()].find(({ invitee }) => invitee === verdict.invitee)
  const minutesAgo = (ms: number | null | undefined) =>
    typeof ms === 'number' ? Math.round((nowMs - ms) / MINUTE_MS) : null
  const { earlier, replicaAgeMs } = verdict
  return {
    name: row?.name ?? null,
    category: row ? (frame.categories[row.category ?? -1] ?? null) : null,
    notice: verdict.notice,
    question: verdict.question,
    explanation: verdict.explanation,
    earlierGate: frame.gates.find(({ id }) => id === earlier?.gate)?.name ?? null,
    earlierMinutesAgo: minutesAgo(earlier?.atMs),
    whenMinutesAgo: minutesAgo(verdict.whenMs),
    listMinutesOld: replicaAgeMs === null ? null : Math.round(replicaAgeMs / MINUTE_MS),
    tier: verdict.tier,
  }
}

function inWords(kind: Verdict['kind'], { reason, forced }: Pick<Verdict, 'reason' | 'forced'>) {
  return `${kind}${reason ? ` ${reason}` : ''}${forced ? ', forced' : ''}`
}
