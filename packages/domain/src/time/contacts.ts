import { groupBy } from '../group-by.ts'
import type { DeviceId } from '../ids.ts'
import type { Contact } from '../scan.ts'

/**
 * The contacts of one device, sorted once for many questions.
 *
 * Made of the kept contacts alone, so that a store that dropped the others
 * (`keepContact`) and one that did not answer alike.
 */
export interface ContactIndex {
  /** In chain order: by head, then epoch, then monotonic clock. */
  readonly inOrder: readonly Contact[]
  /** At i: of `inOrder[0..i]` the one with the latest Ti. */
  readonly latestTi: readonly Contact[]
  /** At i: of `inOrder[i..]` the one with the earliest Tr. */
  readonly earliestTr: readonly Contact[]
}

/** The trusted times on either side of a moment: TM1's L is `before.tiMs`, its U is `after.trMs`. */
export interface Neighbours {
  readonly before: Contact | null
  readonly after: Contact | null
}

/** A moment in the life of a device that is not a scan: TM9's reading of a hub's clock. */
export interface ChainMoment {
  readonly headSeq: number
  readonly epoch: number
  readonly monoMs: number
}

/** Sorts the contacts of one device; O(n log n), then every question is a binary search. */
export function indexContacts(contacts: readonly Contact[]): ContactIndex {
  const inOrder = keepContacts(contacts).toSorted(byChain)
  return {
    inOrder,
    latestTi: runningBest(inOrder, byTi),
    earliestTr: runningBest(inOrder.toReversed(), (a, b) => -byTr(a, b)).reverse(),
  }
}

/** The same for the contacts of many devices at once. */
export function indexContactsByDevice(
  contacts: Iterable<Contact>,
): ReadonlyMap<DeviceId, ContactIndex> {
  const byDevice = groupBy(contacts, (contact) => contact.device)
  return new Map([...byDevice].map(([device, own]) => [device, indexContacts(own)]))
}

/** The contacts around a scan: heads below its number are before it, the others after (TM1). */
export function neighboursOfSeq(index: ContactIndex, seq: number): Neighbours {
  const at = firstWhere(index.inOrder, (contact) => contact.headSeq >= seq)
  return { before: index.latestTi[at - 1] ?? null, after: index.earliestTr[at] ?? null }
}

/** The contacts around another moment of the chain. One that is told apart by less than the clock shows is neither. */
export function neighboursOfMoment(index: ContactIndex, moment: ChainMoment): Neighbours {
  const from = firstWhere(index.inOrder, (contact) => byMoment(contact, moment) >= 0)
  const past = firstWhere(index.inOrder, (contact) => byMoment(contact, moment) > 0)
  return { before: index.latestTi[from - 1] ?? null, after: index.earliestTr[past] ?? null }
}

/**
 * Adds a contact to those kept and drops what no rule reads.
 *
 * Of a (device, epoch, head, node) only the first (earliest Tr) and the last
 * (latest Ti) matter. Any order and repetition of arrivals ends in the same
 * contacts; `kept` itself is returned where nothing changes.
 */
export function keepContact(kept: readonly Contact[], arrived: Contact): readonly Contact[] {
  const rivals = kept.filter((contact) => isSameGroup(contact, arrived))
  const stay = firstAndLast([...rivals, arrived])
  if (stay.length === rivals.length && rivals.every((rival) => stay.includes(rival))) return kept
  return [...kept.filter((contact) => !rivals.includes(contact)), ...stay]
}

/** All of them at once: the contacts that rules read. */
export function keepContacts(contacts: readonly Contact[]): readonly Contact[] {
  const groups = groupBy(
    contacts,
    ({ epoch, headSeq, device, node }) => `${epoch}/${headSeq}/${device}/${node}`,
  )
  return [...groups.values()].flatMap(firstAndLast)
}

function firstAndLast(group: readonly Contact[]): readonly Contact[] {
  const first = group.reduce((best, next) => (byTr(next, best) < 0 ? next : best))
  const last = group.reduce((best, next) => (byTi(next, best) > 0 ? next : best))
  return byTi(first, last) === 0 ? [first] : [first, last]
}

function isSameGroup(a: Contact, b: Contact): boolean {
  return (
    a.device === b.device && a.epoch === b.epoch && a.headSeq === b.headSeq && a.node === b.node
  )
}

/** At each place the greatest so far. */
function runningBest(
  contacts: readonly Contact[],
  order: (a: Contact, b: Contact) => number,
): Contact[] {
  const best: Contact[] = []
  let top: Contact | null = null
  for (const contact of contacts) {
    if (!top || order(contact, top) > 0) top = contact
    best.push(top)
  }
  return best
}

/** Index of the first that holds; `holds` must be false up to a place and true from there on. */
function firstWhere(contacts: readonly Contact[], holds: (contact: Contact) => boolean): number {
  let low = 0
  let high = contacts.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const contact = contacts[middle]
    if (contact && holds(contact)) high = middle
    else low = middle + 1
  }
  return low
}

function byMoment(a: ChainMoment, b: ChainMoment): number {
  return a.headSeq - b.headSeq || a.epoch - b.epoch || a.monoMs - b.monoMs
}

function byChain(a: Contact, b: Contact): number {
  return byMoment(a, b) || byTi(a, b)
}

/** Latest Ti is greatest. The rest only makes the order total, so that no tie falls to arrival (LG1). */
function byTi(a: Contact, b: Contact): number {
  return compareNumber(a.tiMs, b.tiMs) || byRest(a, b)
}

/** Earliest Tr is least. */
function byTr(a: Contact, b: Contact): number {
  return compareNumber(a.trMs, b.trMs) || byRest(a, b)
}

function byRest(a: Contact, b: Contact): number {
  return (
    byMoment(a, b) ||
    compareNumber(a.tiMs, b.tiMs) ||
    compareNumber(a.trMs, b.trMs) ||
    a.wallMs - b.wallMs ||
    compareText(a.node, b.node) ||
    compareText(a.headHash, b.headHash)
  )
}

/** Not a difference: mapped times may be infinite (TM9), and ∞ − ∞ is no order. */
function compareNumber(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
