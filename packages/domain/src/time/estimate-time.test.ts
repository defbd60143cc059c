/**
 * Goal: the true time of a scan lies in its interval, whatever honest clocks do,
 * and a clock that lies gains nothing.
 * Method: worked examples in ms after doors open, then properties over true
 * timelines and what devices with bad clocks would have recorded of them.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { indexContacts, keepContact, keepContacts, neighboursOfSeq } from './contacts.ts'
import { estimateTime, type ScanClock, type TimeEstimate } from './estimate-time.ts'
import { anyDevicePlan, contact, type DevicePlan, DOORS_OPEN_MS, indexOf, live } from './testing.ts'

const at = (ms: number) => DOORS_OPEN_MS + ms

const clock = (of: Partial<ScanClock>): ScanClock => ({
  seq: 1,
  epoch: 1,
  monoMs: 0,
  wallMs: 0,
  quarantine: null,
  ...of,
})

const liveOne = (plan: DevicePlan) => {
  const noHub = { clock: plan.clock, contacts: [] }
  const timeline = live({ devices: [plan], hub: noHub })
  return { ...timeline, index: indexOf(timeline.contacts, [], 0) }
}

const isInside = (time: TimeEstimate, trueMs: number) => time.loMs <= trueMs && trueMs <= time.hiMs

describe('proof bounds', () => {
  const contacts = [
    contact({ headSeq: 0, ti: 0, tr: 10, epoch: 1 }),
    contact({ headSeq: 3, ti: 5_000, tr: 5_010, epoch: 3 }),
    contact({ headSeq: 4, ti: 60_000, tr: 60_020, epoch: 5 }),
  ]

  test('[TM1] a scan lies between the last contact whose head is below it and the first whose head is not', () => {
    const time = estimateTime(clock({ seq: 4, epoch: 4 }), indexContacts(contacts))
    expect(time).toMatchObject({ loMs: at(5_000), hiMs: at(60_020) })
    expect(time).toMatchObject({ proofLoMs: at(5_000), proofHiMs: at(60_020) })
  })

  test('[TM1] a side without a contact is unbounded, and without a later one so is the estimate', () => {
    const before = estimateTime(clock({ seq: 5, epoch: 5 }), indexContacts(contacts))
    expect(before).toMatchObject({ loMs: at(60_000), hiMs: Infinity, estimateMs: Infinity })
    const alone = estimateTime(clock({}), indexContacts([]))
    expect(alone).toMatchObject({ loMs: -Infinity, hiMs: Infinity, quarantined: false })
  })

  test('[TM1] a late reply to an early challenge bounds by the times of its node alone', () => {
    const late = contact({ headSeq: 1, ti: 1_000, tr: 9_500, monoMs: 9_000 })
    const quick = contact({ headSeq: 1, ti: 5_000, tr: 5_010, monoMs: 5_005 })
    const index = indexContacts([late, quick])
    expect(neighboursOfSeq(index, 2).before).toEqual(quick)
    expect(neighboursOfSeq(index, 1).after).toEqual(quick)
  })

  test('[TM1] no clock of the device moves the proof bounds, and every estimate keeps to them', () => {
    const anyClock = fc.record({
      epoch: fc.integer({ min: 0, max: 4 }),
      monoMs: fc.integer({ min: 0, max: 10 ** 9 }),
      wallMs: fc.integer({ min: -(10 ** 13), max: 10 ** 13 }),
    })
    fc.assert(
      fc.property(anyDevicePlan(), anyClock, (plan, lie) => {
        const { scans, index } = liveOne(plan)
        for (const scan of scans) {
          const honest = estimateTime(scan.clock, index)
          const lying = estimateTime({ ...scan.clock, ...lie }, index)
          expect(lying.proofLoMs).toBe(honest.proofLoMs)
          expect(lying.proofHiMs).toBe(honest.proofHiMs)
          expect(lying.estimateMs).toBeGreaterThanOrEqual(honest.proofLoMs)
          expect(lying.estimateMs).toBeLessThanOrEqual(honest.proofHiMs)
          expect(lying.loMs).toBeLessThanOrEqual(lying.hiMs)
          expect(isInside(lying, lying.estimateMs)).toBe(true)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('[TM1] only the first and the last contact of a device, epoch, head and node are read', () => {
    fc.assert(
      fc.property(anyDevicePlan(), fc.func(fc.nat()), (plan, f) => {
        const timeline = live({ devices: [plan], hub: { clock: plan.clock, contacts: [] } })
        const contacts = timeline.contacts.map(({ record, sentMs, repliedMs }) => {
          // Heads of two, so that groups are large.
          const headSeq = record.headSeq >> 1
          const times = { tiMs: Math.floor(sentMs), trMs: Math.ceil(repliedMs) }
          return { ...record, ...times, headSeq, epoch: 1 }
        })
        const all = indexContacts(contacts)
        const shuffled = [...contacts, ...contacts].sort((a, b) => (f(a.tiMs) - f(b.tiMs)) % 7)
        const kept = shuffled.reduce<ReturnType<typeof keepContact>>(keepContact, [])
        expect(indexContacts(kept)).toEqual(all)
        expect(new Set(kept)).toEqual(new Set(keepContacts(contacts)))
        expect(kept.length).toBeLessThanOrEqual(2 * 2 * 4)
        const latest = Math.max(...contacts.map(({ tiMs }) => tiMs))
        const earliest = Math.min(...contacts.map(({ trMs }) => trMs))
        expect(neighboursOfSeq(all, 99).before?.tiMs ?? -Infinity).toBe(latest)
        expect(neighboursOfSeq(all, 0).after?.trMs ?? Infinity).toBe(earliest)
      }),
      { numRuns: 300 },
    )
  })

  test('[TM1] a contact that is kept already changes nothing', () => {
    const kept = [contact({ ti: 0, tr: 1 }), contact({ ti: 9, tr: 10 })]
    expect(keepContact(kept, contact({ ti: 5, tr: 6 }))).toBe(kept)
    expect(keepContact(kept, contact({ ti: 9, tr: 10 }))).toBe(kept)
    expect(keepContact(kept, contact({ ti: 20, tr: 21 }))).toEqual([
      contact({ ti: 0, tr: 1 }),
      contact({ ti: 20, tr: 21 }),
    ])
    expect(keepContact(kept, contact({ ti: 5, tr: 6, node: 'hub' }))).toHaveLength(3)
  })
})

describe('epochs', () => {
  const contacts = indexContacts([
    contact({ headSeq: 0, ti: 0, tr: 10, epoch: 3 }),
    contact({ headSeq: 1, ti: 60_000, tr: 60_010, epoch: 5 }),
  ])

  test('[TM2] an epoch between those of the neighbouring contacts is believed', () => {
    for (const epoch of [3, 4, 5]) {
      expect(estimateTime(clock({ epoch }), contacts)).toMatchObject({ contradictory: false })
    }
  })

  test('[TM2] any other epoch is contradictory', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9 }), fc.nat(), (epoch, monoMs) => {
        fc.pre(epoch < 3 || epoch > 5)
        expect(estimateTime(clock({ epoch, monoMs }), contacts)).toEqual({
          loMs: at(0),
          hiMs: at(60_010),
          estimateMs: at(60_010),
          proofLoMs: at(0),
          proofHiMs: at(60_010),
          quarantined: true,
          contradictory: true,
          barred: false,
        })
      }),
    )
  })
})

describe('monotonic bounds', () => {
  const before = contact({ headSeq: 0, ti: 0, tr: 40, monoMs: 100_000 })
  const after = contact({ headSeq: 1, ti: 3_600_000, tr: 3_600_050, monoMs: 900_000, epoch: 1 })

  test('[TM3] monotonic time proves that at least so much went by, less 200 ppm and the last ms', () => {
    const time = estimateTime(clock({ monoMs: 200_001 }), indexContacts([before, after]))
    // 100 s after one contact and 699.999 s before the other: 20 ms and 140 ms of drift.
    expect(time.loMs).toBe(at(100_000 - 20))
    expect(time.hiMs).toBe(at(3_600_050 - Math.floor(699_998 * (1 - 200e-6))))
  })

  test('[TM3] it proves nothing about how much more went by while a tablet slept', () => {
    const time = estimateTime(clock({ monoMs: 100_001 }), indexContacts([before, after]))
    expect(time.loMs).toBe(at(0))
    expect(time.hiMs).toBeGreaterThan(at(2_700_000))
  })

  test('[TM3] monotonic time of another epoch says nothing', () => {
    const other = contact({ ...after, epoch: 2, headSeq: 1, ti: 3_600_000, tr: 3_600_050 })
    const time = estimateTime(clock({ epoch: 2, monoMs: 0 }), indexContacts([before, other]))
    expect(time).toMatchObject({ loMs: at(0), contradictory: false })
  })

  test('[TM3] honest true time is always inside, whatever offsets, steps, drift, sleeps and reloads do', () => {
    fc.assert(
      fc.property(anyDevicePlan(), (plan) => {
        const { scans, index } = liveOne(plan)
        for (const scan of scans) {
          const time = estimateTime(scan.clock, index)
          expect(time.quarantined).toBe(false)
          expect(time.loMs).toBeLessThanOrEqual(scan.trueMs)
          expect(time.hiMs).toBeGreaterThanOrEqual(scan.trueMs)
        }
      }),
      { numRuns: 2_000 },
    )
  })

  test('[TM3] an awake tablet between two good contacts is bounded within twice the drift and both round trips', () => {
    fc.assert(
      fc.property(anyDevicePlan(), fc.integer({ min: 1, max: 3_600_000 }), (plan, after) => {
        const calm = { ...plan.clock, sleeps: [], reloads: [] }
        const quick = { outMs: 5, backMs: 5, via: 'central' as const }
        const contacts = [
          { at: 10, ...quick },
          { at: 10 + 2 * after, ...quick },
        ]
        const { scans, index } = liveOne({ clock: calm, scans: [10.5 + after], contacts })
        const [scan] = scans
        const time = estimateTime(scan?.clock ?? clock({}), index)
        expect(time.hiMs - time.loMs).toBeLessThanOrEqual(20 + 2 * after * 400e-6 + 6)
      }),
    )
  })
})

describe('contradictions', () => {
  const contacts = indexContacts([
    contact({ headSeq: 0, ti: 0, tr: 10, monoMs: 0 }),
    contact({ headSeq: 1, ti: 10_000, tr: 10_010, monoMs: 10_000 }),
  ])
  const quarantinedToProof = {
    loMs: at(0),
    hiMs: at(10_010),
    estimateMs: at(10_010),
    quarantined: true,
    contradictory: true,
  }

  test('[TM4] a scan later by its clock than the contact after it gets the proof bounds and the latest time', () => {
    expect(estimateTime(clock({ monoMs: 10_001 }), contacts)).toMatchObject(quarantinedToProof)
  })

  test('[TM4] a scan earlier by its clock than the contact before it does too', () => {
    const later = indexContacts([
      contact({ headSeq: 0, ti: 0, tr: 10, monoMs: 500 }),
      contact({ headSeq: 1, ti: 10_000, tr: 10_010, monoMs: 10_000 }),
    ])
    expect(estimateTime(clock({ monoMs: 499 }), later)).toMatchObject(quarantinedToProof)
    expect(estimateTime(clock({ monoMs: 500 }), later)).toMatchObject({ quarantined: false })
  })

  test('[TM4] a monotonic clock that ran faster than time contradicts its contacts', () => {
    const fast = indexContacts([
      contact({ headSeq: 0, ti: 0, tr: 10, monoMs: 0 }),
      contact({ headSeq: 1, ti: 10_000, tr: 10_010, monoMs: 60_000 }),
    ])
    expect(estimateTime(clock({ monoMs: 30_000 }), fast)).toMatchObject(quarantinedToProof)
  })

  test('[TM4] bounds that cross by up to 1 ms are rounding, shown in order and believed', () => {
    const crossing = (monoMs: number) =>
      indexContacts([
        contact({ headSeq: 0, ti: 0, tr: 0, monoMs: 0 }),
        contact({ headSeq: 1, ti: 10, tr: 10, monoMs }),
      ])
    expect(estimateTime(clock({ monoMs: 6 }), crossing(13))).toMatchObject({
      loMs: at(4),
      hiMs: at(5),
      contradictory: false,
    })
    expect(estimateTime(clock({ monoMs: 6 }), crossing(14))).toMatchObject({ contradictory: true })
  })

  test('[TM4] a chain in which monotonic time runs backwards is quarantined by that alone', () => {
    const fact = clock({ monoMs: 5_000, quarantine: 'clock' })
    expect(estimateTime(fact, contacts)).toMatchObject(quarantinedToProof)
  })

  test('[TM4] a head that went back after it was higher contradicts itself', () => {
    const restored = indexContacts([
      contact({ headSeq: 9, ti: 1_000, tr: 1_010, monoMs: 900 }),
      contact({ headSeq: 4, ti: 90_000, tr: 90_010, monoMs: 0, epoch: 1 }),
    ])
    expect(estimateTime(clock({ seq: 7, monoMs: 500 }), restored)).toMatchObject({
      loMs: at(1_010),
      hiMs: at(90_000),
      estimateMs: at(1_010),
      quarantined: true,
    })
  })

  test('[TM4] other quarantine keeps the interval of the clocks', () => {
    const fact = clock({ monoMs: 5_000, quarantine: 'after_fork' })
    const time = estimateTime(fact, contacts)
    expect(time).toMatchObject({ quarantined: true, contradictory: false, barred: true })
    expect(time.hiMs - time.loMs).toBeLessThan(20)
  })
})

describe('estimates', () => {
  const before = contact({ headSeq: 0, ti: 0, tr: 100, wallMs: 7_000_000, epoch: 1 })
  const after = contact({ headSeq: 1, ti: 600_000, tr: 600_100, wallMs: 7_600_000, epoch: 3 })
  const contacts = indexContacts([before, after])
  const byWall = (wallMs: number) =>
    estimateTime(clock({ epoch: 2, wallMs }), contacts).estimateMs - DOORS_OPEN_MS

  test('[TM5] an interval of up to 2 s is halved, whatever the wall clock says', () => {
    const close = indexContacts([
      contact({ headSeq: 0, ti: 0, tr: 100, wallMs: 0 }),
      contact({ headSeq: 1, ti: 1_900, tr: 2_000, wallMs: 2_000, epoch: 3 }),
    ])
    for (const wallMs of [0, 1_999, -5, 10 ** 12]) {
      expect(estimateTime(clock({ epoch: 2, wallMs }), close).estimateMs).toBe(at(1_000))
    }
  })

  test('[TM5] a wall clock that kept pace gives the time, however wrong it is', () => {
    expect(byWall(7_120_000)).toBe(120_050)
    expect(byWall(7_000_000)).toBe(50)
    expect(byWall(7_600_000)).toBe(600_050)
  })

  test('[TM5] a wall clock outside its neighbours gets the latest possible time', () => {
    expect(byWall(6_999_999)).toBe(600_100)
    expect(byWall(7_600_001)).toBe(600_100)
  })

  test('[TM5] a wall clock may be off by half the round trips, twice the drift and 1 s, and no more', () => {
    const allowed = 100 + 2 * 200e-6 * 600_000 + 1_000
    const stepped = (offMs: number) =>
      estimateTime(
        clock({ epoch: 2, wallMs: 7_120_000 }),
        indexContacts([before, { ...after, wallMs: 7_600_000 + offMs }]),
      ).estimateMs - DOORS_OPEN_MS
    expect(stepped(allowed)).toBe(120_050)
    expect(stepped(-allowed)).toBe(120_050)
    expect(stepped(allowed + 1)).toBe(600_100)
    expect(stepped(-allowed - 1)).toBe(600_100)
  })

  test('[TM5] a contact that a hub could not place does not vouch for a wall clock', () => {
    const vague = { ...before, tiMs: at(0), trMs: Infinity }
    const time = estimateTime(clock({ epoch: 2, wallMs: 7_120_000 }), indexContacts([vague, after]))
    expect(time.estimateMs).toBe(at(600_100))
  })

  test('[TM5] a wall clock that lies never moves a scan before its true time unless it could be right', () => {
    fc.assert(
      fc.property(anyDevicePlan(), fc.integer(), (plan, lieMs) => {
        const { scans, index } = liveOne(plan)
        for (const scan of scans) {
          const honest = estimateTime(scan.clock, index)
          const lying = estimateTime({ ...scan.clock, wallMs: lieMs * 1_000 }, index)
          expect(lying.loMs).toBe(honest.loMs)
          expect(lying.hiMs).toBe(honest.hiMs)
          expect(isInside(lying, lying.estimateMs)).toBe(true)
          const { before, after } = neighboursOfSeq(index, scan.clock.seq)
          const isBetween =
            before && after && before.wallMs <= lieMs * 1_000 && lieMs * 1_000 <= after.wallMs
          if (!isBetween && honest.hiMs - honest.loMs > 2_000) {
            expect(lying.estimateMs).toBeGreaterThanOrEqual(scan.trueMs)
          }
        }
      }),
      { numRuns: 500 },
    )
  })

  test('[TM5] clocks that lie in every way never come before a scan that was provably earlier', () => {
    const anyLie = fc.record({
      epoch: fc.integer({ min: 0, max: 4 }),
      monoMs: fc.integer({ min: 0, max: 10 ** 8 }),
      wallMs: fc.integer({ min: 0, max: 4 * 10 ** 12 }),
    })
    fc.assert(
      fc.property(anyDevicePlan(), anyDevicePlan(), anyLie, (honestPlan, liarPlan, lie) => {
        const timeline = live({
          devices: [honestPlan, liarPlan],
          hub: { clock: honestPlan.clock, contacts: [] },
        })
        const estimates = timeline.scans.map((scan) => {
          const index = indexOf(timeline.contacts, [], scan.device)
          const told = scan.device === 1 ? { ...scan.clock, ...lie } : scan.clock
          return { scan, time: estimateTime(told, index) }
        })
        for (const honest of estimates.filter(({ scan }) => scan.device === 0)) {
          for (const liar of estimates.filter(({ scan }) => scan.device === 1)) {
            if (honest.time.hiMs >= liar.time.proofLoMs) continue
            expect(honest.time.estimateMs).toBeLessThan(liar.time.estimateMs)
          }
        }
      }),
      { numRuns: 300 },
    )
  })
})
