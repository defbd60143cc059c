/**
 * Goal: what is on a person's desk agrees with the ledger, whatever arrived in which order.
 * Method: examples of each change, then a ledger that grows step by step while
 * somebody resolves incidents in between.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ScanId } from '../ids.ts'
import type { DerivedIncident, IncidentChange, KnownIncident } from '../incident.ts'
import { mergeIncidents } from './merge-incidents.ts'
import { reconcileKey } from './reconcile-key.ts'
import { anyCounting, anyScans, facts, list, scan, scanId } from './testing.ts'

const stay = list({ counting: 'stay' })
const north = scan('1', { no: 1, minute: 10 })
const south = scan('2', { no: 2, minute: 12 })
const exit = scan('3', { no: 1, minute: 11, act: 'exit' })
const east = scan('4', { no: 3, minute: 5 })

const incidentsOf = (...scans: readonly ReturnType<typeof scan>[]) =>
  reconcileKey(facts(scans, { list: stay })).incidents

/** What a store does with changes, as `IncidentChange` says. */
function apply(
  known: readonly KnownIncident[],
  changes: readonly IncidentChange[],
): readonly KnownIncident[] {
  const rows = new Map(known.map((row) => [row.key, row]))
  for (const { status, incident } of changes) {
    const covers = rows.get(incident.key)?.covers ?? null
    rows.set(incident.key, { ...incident, status, covers })
  }
  return [...rows.values()]
}

const after = (known: readonly KnownIncident[], derived: readonly DerivedIncident[]) =>
  apply(known, mergeIncidents(known, derived))

const resolve = (known: readonly KnownIncident[], covers: readonly ScanId[]) =>
  known.map((row): KnownIncident => ({ ...row, status: 'resolved', covers }))

const changesOf = (known: readonly KnownIncident[], derived: readonly DerivedIncident[]) =>
  mergeIncidents(known, derived).map(({ change, status }) => [change, status])

describe('[EN2] dissolving', () => {
  test('[EN2] a double that a late exit splits ends as dissolved and is kept', () => {
    const open = after([], incidentsOf(north, south))
    expect(open).toMatchObject([{ status: 'open', scans: [scanId('1'), scanId('2')] }])
    const split = after(open, incidentsOf(north, south, exit))
    expect(split).toMatchObject([{ status: 'dissolved', scans: [scanId('1'), scanId('2')] }])
    expect(mergeIncidents(split, incidentsOf(north, south, exit))).toEqual([])
  })

  test('[EN2] one that splits into two doubles stays for the first and opens for the second', () => {
    const west = scan('5', { no: 4, minute: 14 })
    const open = after([], incidentsOf(east, north, south, west))
    const split = after(open, incidentsOf(east, north, south, west, exit))
    expect(split).toMatchObject([
      { key: open[0]?.key, status: 'open', scans: [scanId('4'), scanId('1')] },
      { status: 'open', scans: [scanId('2'), scanId('5')] },
    ])
  })

  test('[EN2] one whose exit is undone comes back under its key', () => {
    const split = after(after([], incidentsOf(north, south)), incidentsOf(north, south, exit))
    const undo = scan('9', { no: 1, minute: 12, act: 'void', target: scanId('3') })
    const derived = incidentsOf(north, south, exit, undo)
    expect(changesOf(split, derived)).toEqual([['reopen', 'open']])
    expect(after(split, derived)).toHaveLength(1)
  })

  test('[EN2] an earlier admit that arrives late changes the anchor, not the row', () => {
    const open = after([], incidentsOf(north, south))
    const derived = incidentsOf(north, south, east)
    expect(derived[0]?.key).not.toBe(open[0]?.key)
    expect(changesOf(open, derived)).toEqual([['update', 'open']])
    expect(after(open, derived)).toMatchObject([
      { key: open[0]?.key, scans: [scanId('4'), scanId('1'), scanId('2')] },
    ])
  })
})

describe('[EN4] resolutions', () => {
  test('[EN4] a resolution holds as long as it covers every admit', () => {
    const resolved = resolve(after([], incidentsOf(north, south)), [scanId('1'), scanId('2')])
    expect(mergeIncidents(resolved, incidentsOf(south, north))).toEqual([])
    const derived = incidentsOf(north, south, east)
    expect(changesOf(resolved, derived)).toEqual([['reopen', 'open']])
    const reopened = after(resolved, derived)
    expect(reopened[0]?.covers).toEqual([scanId('1'), scanId('2')])
    const undo = scan('9', { no: 3, minute: 6, act: 'void', target: scanId('4') })
    expect(changesOf(reopened, incidentsOf(north, south, east, undo))).toEqual([
      ['update', 'resolved'],
    ])
  })

  test('[EN4] a resolution that covers more than there is holds too', () => {
    const all = [scanId('1'), scanId('2'), scanId('4')]
    const resolved = resolve(after([], incidentsOf(north, south, east)), all)
    expect(changesOf(resolved, incidentsOf(north, south))).toEqual([['update', 'resolved']])
  })

  test('[EN4] however a ledger grows, its incidents agree with it and none is lost or doubled', () => {
    const anySteps = fc.array(fc.tuple(fc.nat(10), fc.boolean()), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(anyScans, anyCounting, anySteps, (scans, counting, steps) => {
        const of = {
          list: list({ counting, rules: [{ kind: 'entries_total' as const, max: 1 }] }),
        }
        let known: readonly KnownIncident[] = []
        for (const [count, resolves] of steps) {
          const { incidents } = reconcileKey(facts(scans.slice(0, count), of))
          const before = known
          known = after(known, incidents)
          expect(mergeIncidents(known, incidents)).toEqual([])

          const live = known.filter(({ status }) => status !== 'dissolved')
          expect(live.map(({ scans: named }) => named.join()).sort()).toEqual(
            incidents.map(({ scans: named }) => named.join()).sort(),
          )
          expect(new Set(known.map(({ key }) => key)).size).toBe(known.length)
          expect(known.slice(0, before.length).map(({ key }) => key)).toEqual(
            before.map(({ key }) => key),
          )
          for (const { status, covers, scans: named } of live) {
            const isCovered = covers !== null && named.every((id) => covers.includes(id))
            expect(status).toBe(isCovered ? 'resolved' : 'open')
          }
          if (resolves) {
            known = known.map((row) =>
              row.status === 'open' ? { ...row, status: 'resolved', covers: row.scans } : row,
            )
          }
        }
      }),
      { numRuns: 1_000 },
    )
  })
})
