/**
 * Goal: what may be taken once is derived from uses in order, never stored.
 * Method: the three ways of counting by example, then what holds for any uses.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { GateId, ScanId } from '../ids.ts'
import { deriveSlots, type Use } from './slots.ts'

/** `i` is an entry, `o` an exit, `f` a forced entry; each a minute apart, named by its place. */
const uses = (acts: string): readonly Use[] =>
  [...acts].map((act, at) => ({
    scan: `${act}${at}` as ScanId,
    act: act === 'o' ? 'exit' : 'entry',
    atMs: at * 60_000,
    gate: 'north' as GateId,
    forced: act === 'f',
  }))

/** Slots in short: entries, and the exit behind a dash. */
const inShort = (acts: string, counting: 'once' | 'stay' | 'many') =>
  deriveSlots(uses(acts), counting).map(
    ({ entries, exit }) =>
      entries.map(({ scan }) => scan).join('+') + (exit ? `-${exit.scan}` : ''),
  )

test('[EN1] a list that counts once has one slot for all admits', () => {
  expect(inShort('', 'once')).toEqual([])
  expect(inShort('o', 'once')).toEqual([])
  expect(inShort('ioif', 'once')).toEqual(['i0+i2+f3'])
})

test('[EN1] a stay runs from an admit to the next exit', () => {
  expect(inShort('iooiio', 'stay')).toEqual(['i0-o1', 'i3+i4-o5'])
  expect(inShort('oifi', 'stay')).toEqual(['i1+f2+i3'])
})

test('[EN1] on a list that counts many every admit is a slot', () => {
  expect(inShort('oiioi', 'many')).toEqual(['i1', 'i2', 'i4'])
})

test('[EN1] every entry is in exactly one slot, in order, behind its anchor', () => {
  const anyActs = fc.string({ unit: fc.constantFrom('i', 'o', 'f'), maxLength: 12 })
  fc.assert(
    fc.property(anyActs, fc.constantFrom('once', 'stay', 'many'), (acts, counting) => {
      const slots = deriveSlots(uses(acts), counting)
      const entries = slots.flatMap((slot) => slot.entries)
      expect(entries).toEqual(uses(acts).filter(({ act }) => act === 'entry'))
      expect(slots.map(({ anchor }) => anchor)).toEqual(slots.map((s) => s.entries[0]?.scan))
      for (const { entries: inside, exit } of slots) {
        if (exit) expect(exit.atMs).toBeGreaterThan(inside.at(-1)?.atMs ?? Infinity)
      }
    }),
  )
})

test('[EN2] a late exit splits a stay, and the slots of before are nowhere kept', () => {
  expect(inShort('ii', 'stay')).toEqual(['i0+i1'])
  expect(inShort('ioi', 'stay')).toEqual(['i0-o1', 'i2'])
})
