/**
 * Goal: what is called final stays as it is, whatever is still under way.
 * Method: examples of each condition; the property over whole timelines is in
 * reconcile, where slots are.
 */
import { expect, test } from 'vitest'
import type { Contact } from '../scan.ts'
import { indexContacts } from './contacts.ts'
import type { TimeEstimate } from './estimate-time.ts'
import { CHALLENGE_OPEN_MS_MAX, finalUpToMs, isFinal, type LedgerSource } from './finality.ts'
import { contact, DOORS_OPEN_MS } from './testing.ts'

const at = (ms: number) => DOORS_OPEN_MS + ms

const time = (lo: number, hi: number, of: Partial<TimeEstimate> = {}): TimeEstimate => ({
  loMs: at(lo),
  hiMs: at(hi),
  estimateMs: at(hi),
  proofLoMs: at(lo),
  proofHiMs: at(hi),
  quarantined: false,
  contradictory: false,
  barred: false,
  ...of,
})

const source = (
  contacts: readonly Contact[],
  throughSeq: number,
  of: Partial<LedgerSource> = {},
): LedgerSource => ({
  kind: 'device',
  contacts: indexContacts(contacts),
  throughSeq,
  closedAtSeq: null,
  ...of,
})

const heard = contact({ headSeq: 3, ti: 60_000, tr: 60_010 })
const slot = { winner: time(1_000, 2_000), others: [] }

test('[TM8] a slot is final once every device was heard after it and has delivered up to there', () => {
  expect(isFinal(slot, [source([heard], 3), source([heard], 9)])).toBe(true)
  expect(isFinal(slot, [source([heard], 3), source([heard], 2)])).toBe(false)
  expect(isFinal(slot, [source([heard], 3), source([], 0)])).toBe(false)
})

test('[TM8] a contact at the last moment of the winner is not after it', () => {
  const early = contact({ headSeq: 0, ti: 2_000, tr: 2_010 })
  expect(isFinal(slot, [source([early], 0)])).toBe(false)
  expect(isFinal({ ...slot, winner: time(1_000, 1_999) }, [source([early], 0)])).toBe(true)
})

test('[TM8] what a retired or cloned device may still send never wins, so only the rest is waited for', () => {
  expect(isFinal(slot, [source([], 4, { closedAtSeq: 4 })])).toBe(true)
  expect(isFinal(slot, [source([], 3, { closedAtSeq: 4 })])).toBe(false)
})

test('[TM8] a rival with contradictory clocks keeps a slot from being final, unless it is proven to be later or barred', () => {
  const rival = time(500, 50_000, { quarantined: true })
  const barred = { ...rival, barred: true }
  expect(isFinal({ ...slot, others: [barred] }, [source([heard], 3)])).toBe(true)
  expect(isFinal({ ...slot, others: [rival] }, [source([heard], 3)])).toBe(false)
  const later = time(2_001, 50_000, { quarantined: true })
  expect(isFinal({ ...slot, others: [later] }, [source([heard], 3)])).toBe(true)
  const winner = time(1_000, 2_000, { quarantined: true })
  expect(isFinal({ winner, others: [] }, [source([heard], 3)])).toBe(false)
})

test('[TM8] nothing is final beside an undo that a later contact may show to have been in time', () => {
  const open = time(500, Infinity)
  expect(isFinal({ ...slot, acts: [open] }, [source([heard], 3)])).toBe(false)
  expect(isFinal({ ...slot, acts: [{ ...open, barred: true }] }, [source([heard], 3)])).toBe(true)
  expect(isFinal({ ...slot, acts: [time(500, 50_000)] }, [source([heard], 3)])).toBe(true)
})

test('[TM8] a hub must have delivered its log past all that it could still narrow', () => {
  const past = (ti: number) => [contact({ headSeq: 3, ti, tr: ti + 10 })]
  const sources = (ti: number) => [source([heard], 3), source(past(ti), 3, { kind: 'hub' })]
  const rivals = { ...slot, others: [time(1_500, 30_000)] }
  expect(isFinal(rivals, sources(30_000 + CHALLENGE_OPEN_MS_MAX))).toBe(false)
  expect(isFinal(rivals, sources(30_001 + CHALLENGE_OPEN_MS_MAX))).toBe(true)
  expect(isFinal(slot, sources(2_000 + CHALLENGE_OPEN_MS_MAX))).toBe(false)
  expect(isFinal(slot, sources(2_001 + CHALLENGE_OPEN_MS_MAX))).toBe(true)
})

test('[TM8] an event is final up to the moment before which nothing is missing', () => {
  const late = contact({ headSeq: 7, ti: 90_000, tr: 90_010 })
  expect(finalUpToMs([source([heard, late], 7), source([heard, late], 6)])).toBe(at(60_000))
  expect(finalUpToMs([source([heard, late], 7)])).toBe(at(90_000))
  expect(finalUpToMs([source([heard], 2)])).toBe(-Infinity)
  expect(finalUpToMs([])).toBe(Infinity)
})
