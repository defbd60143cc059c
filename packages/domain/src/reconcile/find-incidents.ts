import type { Use } from '../entries/slots.ts'
import { groupBy } from '../group-by.ts'
import type { Digest, ScanId } from '../ids.ts'
import type { DerivedIncident, IncidentKind } from '../incident.ts'
import type { TicketState } from '../manifest.ts'
import { dayInZone } from '../time/day.ts'
import type { TimeEstimate } from '../time/estimate-time.ts'
import { overlaps } from '../time/order.ts'
import type { KeyFacts, RuledSlot, TicketFact } from './key.ts'
import type { TimedScan } from './time-scans.ts'

/** The facts of a key and what was already found out about them. */
interface RuledFacts extends Omit<KeyFacts, 'scans' | 'contacts'> {
  readonly estimates: ReadonlyMap<ScanId, TimeEstimate>
  /** Unvoided entries and exits in TM6 order. */
  readonly standing: readonly TimedScan[]
  readonly slots: readonly RuledSlot[]
}

/** Everything of one key that needs a person, by incident key. */
export function findIncidents(facts: RuledFacts): readonly DerivedIncident[] {
  return [...doubleAdmissions(facts), ...overLimits(facts), ...admittedAfterRevocation(facts)].sort(
    (a, b) => (a.key < b.key ? -1 : 1),
  )
}

/** Exactly one for a slot with two or more unforced, unvoided admits, and none else (LG3). */
function doubleAdmissions(facts: RuledFacts): readonly DerivedIncident[] {
  return facts.slots
    .filter((slot) => slot.rivals.length > 0)
    .map((slot) => {
      const winner = facts.estimates.get(slot.winner)
      const rivals = slot.rivals.flatMap((rival) => facts.estimates.get(rival) ?? [])
      return incident(
        facts,
        isGift(facts) ? 'double_gift' : 'double_admission',
        slotName(facts, slot),
        {
          scans: [slot.winner, ...slot.rivals],
          orderUncertain: winner !== undefined && rivals.some((rival) => overlaps(winner, rival)),
        },
      )
    })
}

function isGift({ list }: RuledFacts): boolean {
  return list.gives === 'gift'
}

/** A list that counts once has one slot, whoever comes first; its name never changes. */
function slotName({ list }: RuledFacts, slot: RuledSlot): string {
  return list.counting === 'once' ? 'once' : slot.anchor
}

/**
 * One for each limit that an unforced admit exceeds, naming all that count towards it (EN1).
 *
 * A stay counts once, however many were admitted into it: those are a double
 * admission. A list without re-entry allows one stay.
 */
function overLimits(facts: RuledFacts): readonly DerivedIncident[] {
  const { list, slots, timeZone } = facts
  if (list.counting === 'once') return []
  const winners = new Set(slots.map((slot) => slot.winner))
  const entries = slots.flatMap((slot) => slot.entries).filter(({ scan }) => winners.has(scan))
  const oneStay = list.counting === 'stay' && !list.reEntry ? 1 : Infinity
  const totalMax = Math.min(limitOf(facts, 'entries_total'), oneStay)
  const dayMax = limitOf(facts, 'entries_a_day')
  const days = groupBy(entries, (entry) => dayOf(facts, entry, timeZone))
  return [
    ...overLimit(facts, 'total', entries, totalMax),
    ...[...days].flatMap(([day, onDay]) => overLimit(facts, `day:${day}`, onDay, dayMax)),
  ]
}

function overLimit(
  facts: RuledFacts,
  name: string,
  entries: readonly Use[],
  max: number,
): readonly DerivedIncident[] {
  const beyond = entries.slice(max)
  if (!beyond.some((entry) => !entry.forced)) return []
  const within = timesOf(facts, entries.slice(0, max))
  const orderUncertain = timesOf(facts, beyond).some((late) =>
    within.some((early) => overlaps(early, late)),
  )
  const scans = entries.map(({ scan }) => scan)
  return [incident(facts, 'over_limit', name, { scans, orderUncertain })]
}

/** The strictest limit of a kind; none is infinite. */
function limitOf({ list }: RuledFacts, kind: 'entries_total' | 'entries_a_day'): number {
  return list.rules.reduce(
    (max, rule) => (rule.kind === kind ? Math.min(max, Math.max(0, rule.max)) : max),
    Infinity,
  )
}

/** A zone that nobody knows is not for reconcile to refuse: gates do (DC4); here the day is UTC's. */
function dayOf({ estimates }: RuledFacts, entry: Use, timeZone: string): string {
  const atMs = Number.isFinite(entry.atMs) ? entry.atMs : (estimates.get(entry.scan)?.loMs ?? 0)
  return dayInZone(atMs, timeZone) ?? dayInZone(atMs, 'UTC') ?? 'unknown'
}

const refusedStates: ReadonlySet<TicketState> = new Set(['revoked', 'cancelled', 'reprinted'])

/** One for each ticket that let somebody in, unforced, after it had ceased to be valid (LG5). */
function admittedAfterRevocation(facts: RuledFacts): readonly DerivedIncident[] {
  const tickets = facts.tickets.filter((ticket) => refusedStates.has(ticket.state))
  return [...new Map(tickets.map((ticket) => [ticket.digest, ticket])).values()].flatMap(
    (ticket) => {
      const late = facts.standing.filter(
        ({ scan, time }) =>
          isPlainEntryWith(scan.body, ticket.digest) && isAtOrAfter(time, ticket.stateAtMs),
      )
      if (late.length === 0) return []
      return [
        incident(facts, 'admitted_after_revocation', ticket.digest, {
          scans: late.map(({ scan }) => scan.body.id),
          orderUncertain: late.some(({ time }) => (ticket.stateAtMs ?? -Infinity) > time.loMs),
        }),
      ]
    },
  )
}

function isPlainEntryWith(body: TimedScan['scan']['body'], digest: Digest): boolean {
  return body.act === 'entry' && !body.forced && body.digest === digest
}

/** By estimate; where a later contact is still missing, only what is proven. */
function isAtOrAfter(time: TimeEstimate, stateAtMs: TicketFact['stateAtMs']): boolean {
  const atMs = Number.isFinite(time.estimateMs) ? time.estimateMs : time.loMs
  return stateAtMs === null || atMs >= stateAtMs
}

function timesOf({ estimates }: RuledFacts, entries: readonly Use[]): readonly TimeEstimate[] {
  return entries.flatMap(({ scan }) => estimates.get(scan) ?? [])
}

function incident(
  { list, invitee }: RuledFacts,
  kind: IncidentKind,
  name: string,
  about: Pick<DerivedIncident, 'scans' | 'orderUncertain'>,
): DerivedIncident {
  const key = `${kind}/${list.id}/${invitee}/${name}`
  return { key, kind, list: list.id, invitee, device: null, ...about }
}
