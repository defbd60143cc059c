/**
 * Goal: whoever holds the same scans rules the same, nothing is lost, and a
 * double admission is one incident, neither more nor less.
 * Method: a worked example for each rule, then properties over generated scans
 * of three devices that tie, fork, force, void and lie about their clocks.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ScanId } from '../ids.ts'
import type { Contact, Scan } from '../scan.ts'
import { compareOrder, overlaps } from '../time/order.ts'
import { anyTruePlan, contact, deviceId, hashOf, live, type TrueScan } from '../time/testing.ts'
import { reconcileKey } from './reconcile-key.ts'
import {
  anyCounting,
  anyScans,
  atMinute,
  digest,
  facts,
  goodContacts,
  list,
  MINUTE_MS,
  scan,
  scanId,
} from './testing.ts'
import { timeScans } from './time-scans.ts'

const stay = list({ counting: 'stay' })
const many = list({ counting: 'many' })

const kinds = (outcome: ReturnType<typeof reconcileKey>) =>
  Object.fromEntries(
    [...outcome.rulings].map(([id, ruling]) => [Number(id.slice(-6)), ruling.kind]),
  )

const toIncidents = (outcome: ReturnType<typeof reconcileKey>) =>
  outcome.incidents.map(({ kind, scans }) => [kind, ...scans.map((id) => Number(id.slice(-6)))])

const north = scan('1', { no: 1, minute: 10 })
const south = scan('2', { no: 2, minute: 12 })

describe('[LG1] rulings follow from the set', () => {
  test('[LG1] the later upload of an earlier scan wins all the same', () => {
    const outcome = reconcileKey(facts([south, north]))
    expect([...outcome.rulings]).toEqual([
      [scanId('1'), { kind: 'confirmed' }],
      [scanId('2'), { kind: 'superseded', by: scanId('1') }],
    ])
    expect(outcome).toEqual(reconcileKey(facts([north, south, north, { ...south }])))
  })

  test('[LG1] a repeat is dropped before it is timed', () => {
    const timed = timeScans([south, north, { ...south }], facts([]).contacts)
    expect(timed.map((one) => one.scan.body.id)).toEqual([scanId('1'), scanId('2')])
  })

  test('[LG1] two hashes at one number both stay, also under one id', () => {
    const twin = { ...north, hash: hashOf(9, 9) }
    const clone = scan('3', { no: 1, minute: 10 }, { hash: hashOf(9, 8) })
    const outcome = reconcileKey(facts([north, twin, clone]))
    expect(outcome.slots[0]?.entries.map((use) => use.scan)).toEqual([scanId('1'), scanId('3')])
    expect(outcome.people).toBe(2)
  })

  test('[LG1] two scans at one number that no fact of the chain tells apart are timed alike in either order', () => {
    const early = scan('1', { minute: 5, seq: 50 }, { hash: hashOf(1, 8) })
    const late = scan('2', { minute: 20, seq: 50 }, { hash: hashOf(1, 9) })
    expect(reconcileKey(facts([late, early]))).toEqual(reconcileKey(facts([early, late])))
  })

  test('[LG1] any order, any repeats and any grouping of scans and contacts give the same outcome', () => {
    const anyContacts = fc.array(
      fc.record({
        no: fc.integer({ min: 1, max: 3 }),
        // Few values each, so that contacts tie in some and differ in others.
        ti: fc.constantFrom(0, 10, 30),
        rtt: fc.constantFrom(0, 10_000, 600_000),
        headSeq: fc.constantFrom(0, 100, 200, 300),
        monoMinute: fc.constantFrom(0, 5, 10, 30),
        wallMinute: fc.constantFrom(0, 10, 30),
      }),
      { maxLength: 12 },
    )
    const anyCase = fc.record({
      scans: anyScans,
      plans: anyContacts,
      counting: anyCounting,
      good: fc.boolean(),
      salt: fc.func(fc.nat()),
    })
    fc.assert(
      fc.property(anyCase, ({ scans, plans, counting, good, salt }) => {
        const contacts = plans.map(({ no, ti, rtt, monoMinute, wallMinute, headSeq }) =>
          contact({
            device: deviceId(no),
            headSeq,
            ti: ti * MINUTE_MS,
            tr: ti * MINUTE_MS + rtt,
            monoMs: monoMinute * MINUTE_MS,
            wallMs: atMinute(wallMinute),
          }),
        )
        const all = good ? [...goodContacts, ...contacts] : contacts
        const shuffle = <T>(items: readonly T[]) =>
          [...items, ...items.slice(items.length >> 1)]
            .map((item, at) => ({ item, rank: salt(at, items.length) }))
            .sort((a, b) => a.rank - b.rank)
            .map(({ item }) => item)
        const of = { list: list({ counting, rules: [{ kind: 'entries_total', max: 2 }] }) }
        const once = reconcileKey(facts(scans, { ...of, contacts: all }))
        const again = reconcileKey(facts(shuffle(scans), { ...of, contacts: shuffle(all) }))
        expect(again).toEqual(once)
        expect([...again.rulings]).toEqual([...once.rulings])
        expect([...again.estimates]).toEqual([...once.estimates])
      }),
      { numRuns: 500 },
    )
  })
})

describe('[LG2] nothing is overwritten', () => {
  test('[LG2] both scans of a double admission survive, and the winner is a view of them', () => {
    const frozen = [north, south].map((one) =>
      Object.freeze({ ...one, body: Object.freeze(one.body) }),
    )
    const outcome = reconcileKey(facts(frozen))
    expect([...outcome.estimates.keys()]).toEqual([scanId('1'), scanId('2')])
    expect(outcome.slots).toHaveLength(1)
    expect(outcome.slots[0]).toMatchObject({ winner: scanId('1'), rivals: [scanId('2')] })
  })

  test('[LG2] every scan keeps its estimate and every admitted one its ruling, whatever wins', () => {
    fc.assert(
      fc.property(anyScans, anyCounting, (scans, counting) => {
        const outcome = reconcileKey(facts(scans, { list: list({ counting }) }))
        const ids = (those: readonly Scan[]) => new Set(those.map(({ body }) => body.id))
        expect(new Set(outcome.estimates.keys())).toEqual(ids(scans))
        const admitted = scans.filter(({ body }) => body.act !== 'void' && body.verdict === 'admit')
        expect(new Set(outcome.rulings.keys())).toEqual(ids(admitted))
      }),
    )
  })
})

describe('[LG3] one incident for a double admission', () => {
  test('[LG3] two gates apart make one incident that names both, the winner first', () => {
    expect(toIncidents(reconcileKey(facts([south, north])))).toEqual([['double_admission', 1, 2]])
  })

  test('[GF1] a gift that two desks handed out is one double_gift, and nobody is inside for it', () => {
    const desk = list({ gives: 'gift' })
    const doubled = reconcileKey(facts([south, north], { list: desk }))
    expect(toIncidents(doubled)).toEqual([['double_gift', 1, 2]])
    expect(kinds(doubled)).toEqual({ 1: 'confirmed', 2: 'superseded' })
    expect(doubled).toMatchObject({ inside: false, people: 0, slots: { length: 1 } })
  })

  test('[LG3] three make one, and its key stays while they arrive', () => {
    const third = scan('3', { no: 3, minute: 5 })
    const two = reconcileKey(facts([north, south])).incidents
    const three = reconcileKey(facts([north, south, third])).incidents
    expect(three.map(({ scans }) => scans)).toEqual([[scanId('3'), scanId('1'), scanId('2')]])
    expect(three[0]?.key).toBe(two[0]?.key)
  })

  test('[LG3] one admit, a forced second, a voided second, a refusal and an attention make none', () => {
    const quiet = [{ forced: true }, { verdict: 'refuse' }, { verdict: 'attention' }] as const
    for (const body of quiet) {
      const other = scan('2', { no: 2, minute: 12, ...body })
      expect(reconcileKey(facts([north, other])).incidents).toEqual([])
    }
    const undo = scan('3', { no: 2, minute: 13, act: 'void', target: scanId('2') })
    expect(reconcileKey(facts([north, south, undo])).incidents).toEqual([])
    expect(reconcileKey(facts([north])).incidents).toEqual([])
  })

  test('[LG3] the truly earlier of two gates wins, 7 minutes fast and 4 minutes slow', () => {
    const fast = scan('1', { no: 1, minute: 10, wallMs: atMinute(17) })
    const slow = scan('2', { no: 2, minute: 12, wallMs: atMinute(8) })
    const contacts = [
      ...[0, 1_440].map((minute) => minutely(1, minute, 7)),
      ...[0, 1_440].map((minute) => minutely(2, minute, -4)),
    ]
    const outcome = reconcileKey(facts([slow, fast], { contacts }))
    expect(outcome.incidents).toMatchObject([
      { scans: [scanId('1'), scanId('2')], orderUncertain: false },
    ])
  })

  test('[LG3] a quarantined admit counts but never wins over one that is not', () => {
    const early = scan('2', { no: 2, minute: 2 }, { quarantine: 'after_retirement' })
    const outcome = reconcileKey(facts([north, early]))
    expect(outcome.incidents).toMatchObject([{ scans: [scanId('1'), scanId('2')] }])
  })

  test('[LG3] there is exactly one for every slot with two unforced, unvoided admits, and none without', () => {
    fc.assert(
      fc.property(anyScans, anyCounting, (scans, counting) => {
        const outcome = reconcileKey(facts(scans, { list: list({ counting }) }))
        const found = outcome.incidents.filter(({ kind }) => kind === 'double_admission')
        expect(found.map(({ scans: named }) => named.join()).sort()).toEqual(
          doublesByHand(scans, counting)
            .map((named) => named.join())
            .sort(),
        )
        expect(new Set(found.map(({ key }) => key)).size).toBe(found.length)
        for (const { scans: named, orderUncertain } of found) {
          const [winner, ...rivals] = named.map((id) => outcome.estimates.get(id))
          expect(orderUncertain).toBe(
            rivals.some((rival) => winner && rival && overlaps(winner, rival)),
          )
        }
      }),
      { numRuns: 2_000 },
    )
  })

  test('[TM7] a winner and a rival whose intervals overlap make the order uncertain', () => {
    const close = scan('2', { no: 2, minute: 10.05 })
    expect(reconcileKey(facts([north, close])).incidents[0]?.orderUncertain).toBe(true)
    expect(reconcileKey(facts([north, south])).incidents[0]?.orderUncertain).toBe(false)
  })
})

describe('[LG4] a superseded admit is inside', () => {
  test('[LG4] both people of a double admission are inside, as one invitee', () => {
    const outcome = reconcileKey(facts([north, south]))
    expect(kinds(outcome)).toEqual({ 1: 'confirmed', 2: 'superseded' })
    expect(outcome).toMatchObject({ inside: true, people: 2 })
  })

  test('[LG4] winning or losing moves nobody: people inside depend on who came and went alone', () => {
    fc.assert(
      fc.property(anyScans, (scans) => {
        const counts = (['once', 'stay', 'many'] as const).map((counting) => {
          const { people, inside } = reconcileKey(facts(scans, { list: list({ counting }) }))
          return { people, inside }
        })
        expect(counts[1]).toEqual(counts[0])
        expect(counts[2]).toEqual(counts[0])
      }),
    )
  })
})

describe('[LG5] admitted after revocation', () => {
  const revoked = (state: 'revoked' | 'cancelled' | 'reprinted', minute: number | null) => ({
    tickets: [
      { digest: digest('1'), state, stateAtMs: minute === null ? null : atMinute(minute) },
      { digest: digest('2'), state: 'valid' as const, stateAtMs: null },
    ],
  })

  test('[LG5] an admission after its ticket was cancelled, revoked or reprinted is stored and reported', () => {
    for (const state of ['revoked', 'cancelled', 'reprinted'] as const) {
      const outcome = reconcileKey(facts([north], revoked(state, 9)))
      expect(toIncidents(outcome)).toEqual([['admitted_after_revocation', 1]])
      expect(kinds(outcome)).toEqual({ 1: 'confirmed' })
      expect(outcome.incidents[0]?.orderUncertain).toBe(false)
    }
    expect(toIncidents(reconcileKey(facts([north], revoked('revoked', null))))).toHaveLength(1)
  })

  test('[LG5] one before it, by force, voided or with the new ticket is not', () => {
    const none = (scans: readonly Scan[], minute = 9) =>
      expect(reconcileKey(facts(scans, revoked('revoked', minute))).incidents).toEqual([])
    none([north], 11)
    none([scan('1', { minute: 10, forced: true })])
    none([scan('1', { minute: 10, digest: digest('2') })])
    none([scan('1', { minute: 10, act: 'exit' })])
    none([north, scan('2', { minute: 11, act: 'void', target: scanId('1') })])
  })

  test('[LG5] an admission whose interval holds the moment of revocation says so', () => {
    const outcome = reconcileKey(facts([north], revoked('revoked', 10)))
    expect(outcome.incidents[0]?.orderUncertain).toBe(true)
  })

  test('[LG5] one is reported exactly if an unforced, unvoided entry was made with a dead ticket at or after its end', () => {
    fc.assert(
      fc.property(anyScans, fc.nat(30), (scans, minute) => {
        const outcome = reconcileKey(facts(scans, revoked('revoked', minute)))
        const late = scans
          .filter(({ body }) => body.act === 'entry' && body.verdict === 'admit' && !body.forced)
          .filter(({ body }) => body.digest === digest('1'))
          .filter(({ body }) => outcome.rulings.get(body.id)?.kind !== 'voided')
          .filter(({ body }) => {
            const time = outcome.estimates.get(body.id)
            return (time?.estimateMs ?? -Infinity) >= atMinute(minute)
          })
        const found = outcome.incidents.filter(({ kind }) => kind === 'admitted_after_revocation')
        expect(found.map(({ scans: named }) => new Set(named))).toEqual(
          late.length > 0 ? [new Set(late.map(({ body }) => body.id))] : [],
        )
      }),
      { numRuns: 500 },
    )
  })
})

describe('[LG6] voids', () => {
  const undo = (minute: number, of: Parameters<typeof scan>[1] = {}) =>
    scan('9', { no: 1, minute, act: 'void', target: scanId('1'), digest: null, ...of })

  test('[LG6] the same device undoes within 15 minutes; the target stays, ruled as voided', () => {
    const outcome = reconcileKey(facts([north, undo(24.9)]))
    expect([...outcome.rulings]).toEqual([[scanId('1'), { kind: 'voided', by: scanId('9') }]])
    expect(outcome).toMatchObject({ people: 0, inside: false, slots: [] })
    expect(outcome.estimates.has(scanId('1'))).toBe(true)
  })

  test('[LG6] later, from another device, refused or of another scan it undoes nothing', () => {
    const ignored = [
      undo(25.2),
      undo(11, { no: 2 }),
      undo(11, { verdict: 'refuse' }),
      undo(11, { target: scanId('77') }),
      undo(11, { target: null }),
      undo(9),
    ]
    for (const one of ignored) {
      expect(kinds(reconcileKey(facts([north, one])))).toEqual({ 1: 'confirmed' })
    }
  })

  test('[LG6] a supervisor undoes on any device at any time', () => {
    const bySupervisor = undo(300, { no: 2, role: 'supervisor' })
    expect(kinds(reconcileKey(facts([north, bySupervisor])))).toEqual({ 1: 'voided' })
  })

  test('[LG6] a void beyond retirement, after a fork or invalid takes nothing from anybody', () => {
    for (const quarantine of ['after_retirement', 'after_fork', 'invalid'] as const) {
      const one = { ...undo(11, { role: 'supervisor' }), quarantine }
      expect(kinds(reconcileKey(facts([north, one])))).toEqual({ 1: 'confirmed' })
    }
  })

  test('[LG6] of several that count the first in order is named', () => {
    const later = undo(12, { id: scanId('8') })
    const bySupervisor = undo(40, { id: scanId('7'), role: 'supervisor' })
    const outcome = reconcileKey(facts([bySupervisor, later, north, undo(11)]))
    expect(outcome.rulings.get(scanId('1'))).toEqual({ kind: 'voided', by: scanId('9') })
  })

  test('[LG6] undoing the winner lets its rival win, and undoing an exit keeps the stay open', () => {
    const outcome = reconcileKey(facts([north, south, undo(11)]))
    expect(kinds(outcome)).toEqual({ 1: 'voided', 2: 'confirmed' })
    const exit = scan('3', { no: 1, minute: 11, act: 'exit' })
    const undone = undo(12, { target: scanId('3') })
    const again = reconcileKey(facts([north, exit, undone, south], { list: stay }))
    expect(toIncidents(again)).toEqual([['double_admission', 1, 2]])
  })

  test('[LG6] before any later contact a device may still undo what it just did', () => {
    const contacts = [minutely(1, 0, 0)]
    expect(kinds(reconcileKey(facts([north, undo(11)], { contacts })))).toEqual({ 1: 'voided' })
    expect(kinds(reconcileKey(facts([north, undo(26)], { contacts })))).toEqual({ 1: 'confirmed' })
  })

  test('[LG6] a voided scan is in no slot and in no incident, and nothing else is missing from them', () => {
    fc.assert(
      fc.property(anyScans, anyCounting, (scans, counting) => {
        const { slots, rulings, incidents } = reconcileKey(
          facts(scans, { list: list({ counting }) }),
        )
        const entered = new Set(slots.flatMap(({ entries }) => entries.map((use) => use.scan)))
        for (const { body } of scans) {
          const ruling = rulings.get(body.id)
          const counts = ruling !== undefined && ruling.kind !== 'voided' && body.act === 'entry'
          expect(entered.has(body.id)).toBe(counts)
        }
        for (const { scans: named } of incidents) {
          for (const id of named) expect(rulings.get(id)?.kind).not.toBe('voided')
        }
      }),
    )
  })
})

describe('[EN1] limits', () => {
  const three = [1, 2, 3].map((at) => scan(`${at}`, { no: at, minute: at * 5 }))
  const limited = (max: number) => ({ ...many, rules: [{ kind: 'entries_total' as const, max }] })

  test('[EN1] an entry beyond a limit in all is one incident that names all that count', () => {
    expect(toIncidents(reconcileKey(facts(three, { list: limited(2) })))).toEqual([
      ['over_limit', 1, 2, 3],
    ])
    expect(reconcileKey(facts(three, { list: limited(3) })).incidents).toEqual([])
    expect(reconcileKey(facts(three, { list: many })).incidents).toEqual([])
  })

  test('[EN1] a forced entry beyond the limit is a choice, but takes up room', () => {
    const forcedLast = [...three.slice(0, 2), scan('3', { no: 3, minute: 15, forced: true })]
    expect(reconcileKey(facts(forcedLast, { list: limited(2) })).incidents).toEqual([])
    const forcedFirst = [scan('1', { minute: 5, forced: true }), ...three.slice(1)]
    expect(toIncidents(reconcileKey(facts(forcedFirst, { list: limited(2) })))).toEqual([
      ['over_limit', 1, 2, 3],
    ])
  })

  test('[EN1] a limit a day follows the days of the event, each its own incident', () => {
    const daily = { ...many, rules: [{ kind: 'entries_a_day' as const, max: 1 }] }
    // Doors open at 20:00 in Berlin, so the day ends 240 minutes later.
    const across = [
      scan('1', { no: 1, minute: 200 }),
      scan('2', { no: 2, minute: 239 }),
      scan('3', { no: 3, minute: 241 }),
    ]
    const berlin = reconcileKey(facts(across, { list: daily })).incidents
    expect(berlin.map(({ scans }) => scans)).toEqual([[scanId('1'), scanId('2')]])
    expect(berlin[0]?.key).toMatch(/day:2026-05-01$/)
    const utc = reconcileKey(facts(across, { list: daily, timeZone: 'Mars/Olympus' })).incidents
    expect(utc.map(({ scans }) => scans.length)).toEqual([3])
  })

  test('[EN1] a stay counts once towards a limit, and a list without re-entry allows one', () => {
    const exit = scan('4', { no: 1, minute: 7, act: 'exit' })
    const doubled = reconcileKey(facts(three, { list: { ...limited(1), counting: 'stay' } }))
    expect(toIncidents(doubled)).toEqual([['double_admission', 1, 2, 3]])
    const returned = [...three.slice(0, 2), exit]
    expect(reconcileKey(facts(returned, { list: stay })).incidents).toEqual([])
    expect(
      toIncidents(reconcileKey(facts(returned, { list: { ...stay, reEntry: false } }))),
    ).toEqual([['over_limit', 1, 2]])
  })
})

describe('[EN2] late exits', () => {
  test('[EN2] an exit that arrives late splits a double into two stays', () => {
    expect(toIncidents(reconcileKey(facts([north, south], { list: stay })))).toHaveLength(1)
    const exit = scan('3', { no: 1, minute: 11, act: 'exit' })
    const split = reconcileKey(facts([north, south, exit], { list: stay }))
    expect(split.incidents).toEqual([])
    expect(split.slots.map(({ anchor }) => anchor)).toEqual([scanId('1'), scanId('2')])
    expect(kinds(split)).toEqual({ 1: 'confirmed', 2: 'confirmed', 3: 'confirmed' })
  })
})

describe('[EN5] who is inside', () => {
  const people = (acts: string) =>
    reconcileKey(
      facts(
        [...acts].map((act, at) =>
          scan(`${at}`, {
            minute: at + 1,
            act: act === 'o' ? 'exit' : 'entry',
            forced: act === 'f',
          }),
        ),
        { list: stay },
      ),
    )

  test('[EN5] doubles and forced entries are people; exits take them away one by one', () => {
    expect(people('ii')).toMatchObject({ people: 2, inside: true })
    expect(people('ifo')).toMatchObject({ people: 1, inside: true })
    expect(people('iioo')).toMatchObject({ people: 0, inside: false })
  })

  test('[EN5] an exit that nobody is inside for takes nobody away from those who come later', () => {
    expect(people('oi')).toMatchObject({ people: 1, inside: true })
    expect(people('iooi')).toMatchObject({ people: 1, inside: true })
    expect(people('oo')).toMatchObject({ people: 0, inside: false })
  })

  test('[EN5] people are never fewer than none, never more than entered, and the invitee counts once', () => {
    fc.assert(
      fc.property(anyScans, (scans) => {
        const outcome = reconcileKey(facts(scans))
        const entries = outcome.slots.flatMap((slot) => slot.entries).length
        expect(outcome.people).toBeGreaterThanOrEqual(0)
        expect(outcome.people).toBeLessThanOrEqual(entries)
        expect(outcome.inside).toBe(outcome.people > 0)
      }),
    )
  })
})

describe('[TM6] a chain keeps its own order', () => {
  test('[TM6] an exit never comes before the entry that its own device made first', () => {
    // The wall clock was a day ahead at the entry and right again at the exit.
    const entry = scan('1', { seq: 1, epoch: 2, monoMs: 10, wallMs: atMinute(1_450) })
    const exit = scan('2', { seq: 2, epoch: 2, monoMs: 20, wallMs: atMinute(11), act: 'exit' })
    const contacts = [
      contact({ device: deviceId(1), epoch: 1, ti: 0, tr: 20, wallMs: atMinute(0) }),
      contact({
        device: deviceId(1),
        epoch: 3,
        headSeq: 2,
        ti: 60 * MINUTE_MS,
        tr: 60 * MINUTE_MS + 20,
        wallMs: atMinute(60),
      }),
    ]
    const outcome = reconcileKey(facts([exit, entry], { list: stay, contacts }))
    expect([...outcome.estimates.keys()]).toEqual([scanId('1'), scanId('2')])
    expect(outcome.slots).toMatchObject([{ anchor: scanId('1'), exit: { scan: scanId('2') } }])
    expect(outcome.people).toBe(0)
  })

  test('[TM6] scans of an honest device are in the order of its chain, each inside its narrowed interval', () => {
    fc.assert(
      fc.property(anyTruePlan, (plan) => {
        const { scans, contacts } = live(plan)
        const records = contacts
          .map(({ record }) => record)
          .filter((one): one is Contact => 'tiMs' in one)
        const trueById = new Map(scans.map((one) => [recorded(one).body.id, one.trueMs]))
        const ordered = timeScans(scans.map(recorded), facts([], { contacts: records }).contacts)
        for (const device of plan.devices.keys()) {
          const own = ordered.filter(({ scan: one }) => one.body.device === deviceId(device))
          expect(own.map(({ scan: one }) => one.body.seq)).toEqual(own.map((_, at) => at + 1))
        }
        for (const { scan: one, time } of ordered) {
          const trueMs = trueById.get(one.body.id) ?? NaN
          expect(time.loMs).toBeLessThanOrEqual(trueMs)
          expect(time.hiMs).toBeGreaterThanOrEqual(trueMs)
          expect(time.loMs).toBeLessThanOrEqual(time.estimateMs)
          expect(time.estimateMs).toBeLessThanOrEqual(time.hiMs)
        }
      }),
      { numRuns: 1_000 },
    )
  })
})

function recorded({ device, clock }: TrueScan): Scan {
  const { quarantine: _, ...body } = clock
  return scan(`${device}${clock.seq}`, { no: device, ...body }, { hash: hashOf(device, clock.seq) })
}

function minutely(no: number, minute: number, wallOffMinutes: number): Contact {
  return contact({
    device: deviceId(no),
    headSeq: minute * 10 + (minute > 0 ? 1 : 0),
    ti: minute * MINUTE_MS - 10,
    tr: minute * MINUTE_MS + 10,
    monoMs: minute * MINUTE_MS,
    wallMs: atMinute(minute + wallOffMinutes),
  })
}

/** LG3 by hand: walks the scans in order with a list in the hand, as a clerk would. */
function doublesByHand(
  scans: readonly Scan[],
  counting: 'once' | 'stay' | 'many',
): readonly (readonly ScanId[])[] {
  const outcome = reconcileKey(facts(scans, { list: list({ counting: 'many' }) }))
  const sorted = scans
    .filter(({ body }) => outcome.rulings.get(body.id)?.kind === 'confirmed')
    .toSorted((a, b) => compareOrder(orderOf(a, outcome), orderOf(b, outcome)))
  if (counting === 'many') return []
  const doubles: ScanId[][] = [[]]
  for (const { body } of sorted) {
    if (body.act === 'exit' && counting === 'stay') doubles.push([])
    if (body.act === 'entry' && !body.forced) doubles.at(-1)?.push(body.id)
  }
  return doubles.filter((named) => named.length >= 2)
}

function orderOf(one: Scan, outcome: ReturnType<typeof reconcileKey>) {
  const time = outcome.estimates.get(one.body.id)
  return {
    quarantined: one.quarantine !== null || time?.quarantined === true,
    estimateMs: time?.estimateMs ?? NaN,
    deviceNo: one.deviceNo,
    seq: one.body.seq,
    hash: one.hash,
  }
}
