/**
 * Goal: a chain's gaps, forks, missing tail and clock faults are facts of the set of links.
 * Method: chains written as short words, then chains cut and cloned at random.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ScanHash, ScanId } from '../ids.ts'
import { mergeIncidents } from '../reconcile/merge-incidents.ts'
import { deviceId } from '../time/testing.ts'
import { CHAIN_START, type ChainLink } from './chain.ts'
import { deviceIncidents } from './device-incidents.ts'
import { findTip, inspectChain } from './inspect-chain.ts'

const hash = (name: string) => name.padEnd(64, '.') as ScanHash

const link = (
  name: string,
  seq: number,
  prev: string | null,
  clock: { epoch?: number; monoMs?: number } = {},
): ChainLink => ({
  id: `id-${name}` as ScanId,
  seq,
  hash: hash(name),
  prev: prev === null ? CHAIN_START : hash(prev),
  clock: { epoch: 1, monoMs: seq * 1_000, ...clock },
})

const active = { signedHeads: [], retiredAtSeq: null }
const [a, b, c, d, e] = [
  link('a1', 1, null),
  link('a2', 2, 'a1'),
  link('a3', 3, 'a2'),
  link('a4', 4, 'a3'),
  link('a5', 5, 'a4'),
] as const

test('a whole chain has one head and no faults', () => {
  expect(inspectChain([c, a, b, b], active)).toEqual({
    throughSeq: 3,
    heads: [{ seq: 3, hash: hash('a3') }],
    branches: new Map([a, b, c].map((link) => [link.hash, ''])),
    gaps: [],
    missingTail: null,
    forks: [],
    clock: [],
    quarantine: new Map(),
  })
  expect(inspectChain([], active)).toMatchObject({ throughSeq: 0, heads: [] })
})

test('[CH1] what is missing below the highest is a gap, above it a missing tail', () => {
  const signedHeads = [{ seq: 9, hash: hash('a9') }]
  const facts = inspectChain([b, e], { ...active, signedHeads })
  expect(facts).toMatchObject({
    throughSeq: 0,
    gaps: [
      { fromSeq: 1, throughSeq: 1 },
      { fromSeq: 3, throughSeq: 4 },
    ],
    missingTail: { fromSeq: 6, throughSeq: 9 },
    forks: [],
  })
  expect(inspectChain([a, b, d], active).throughSeq).toBe(2)
})

test('a number in the right place with the wrong link before it is not here', () => {
  const stray = link('b2', 2, 'zz')
  const facts = inspectChain([stray, link('b1', 1, 'yy')], active)
  expect(facts).toMatchObject({ throughSeq: 0, heads: [] })
})

describe('forks', () => {
  test('[TM8] two scans at one number fork a chain; both branches stay and all from there never win', () => {
    const clone = link('b3', 3, 'a2')
    const facts = inspectChain([a, b, c, d, clone], active)
    expect(facts.forks).toEqual([{ seq: 3, hashes: [hash('a3'), hash('b3')] }])
    expect(facts.heads).toEqual([
      { seq: 4, hash: hash('a4') },
      { seq: 3, hash: hash('b3') },
    ])
    expect([...facts.quarantine]).toEqual([
      [hash('a3'), 'after_fork'],
      [hash('b3'), 'after_fork'],
      [hash('a4'), 'after_fork'],
    ])
  })

  test('[TM8] a second scan that is only named, by a later link or a signed head, forks it too', () => {
    expect(inspectChain([a, b, link('b3', 3, 'b2')], active).forks).toEqual([
      { seq: 2, hashes: [hash('a2'), hash('b2')] },
    ])
    const signedHeads = [{ seq: 1, hash: hash('x1') }]
    expect(inspectChain([a, b], { ...active, signedHeads }).forks).toEqual([
      { seq: 1, hashes: [hash('a1'), hash('x1')] },
    ])
  })

  test('[TM8] scans beyond the head at which a device was retired never win', () => {
    const facts = inspectChain([a, b, c], { ...active, retiredAtSeq: 1 })
    expect([...facts.quarantine]).toEqual([
      [hash('a2'), 'after_retirement'],
      [hash('a3'), 'after_retirement'],
    ])
  })
})

describe('branches', () => {
  const [b3, b4] = [link('b3', 3, 'a2'), link('b4', 4, 'b3')]
  const twice = [link('x5', 5, 'b4'), link('y5', 5, 'b4')]

  test('[TM6] behind a fork every branch has a name of its own, and one that forks again two more', () => {
    const { branches } = inspectChain([a, b, c, d, b3, b4, ...twice], active)
    expect([...branches]).toEqual([
      [hash('a1'), ''],
      [hash('a2'), ''],
      [hash('a3'), hash('a3')],
      [hash('b3'), hash('b3')],
      [hash('a4'), hash('a3')],
      [hash('b4'), hash('b3')],
      [hash('x5'), hash('x5')],
      [hash('y5'), hash('y5')],
    ])
  })

  test('a link that does not reach back to the start is on no branch', () => {
    expect([...inspectChain([a, c, d], active).branches.keys()]).toEqual([hash('a1')])
  })

  test('the tip of a branch is the end of its longest continuation, then the least hash', () => {
    const links = [a, b, c, d, b3, b4, ...twice]
    expect(findTip(links, c)).toMatchObject({ seq: 4, hash: hash('a4') })
    expect(findTip(links, a)).toEqual({ seq: 5, hash: hash('x5') })
    expect(findTip([], { seq: 7, hash: hash('z7') })).toEqual({ seq: 7, hash: hash('z7') })
  })
})

describe('what bars a scan', () => {
  test('[CH3] bytes that cannot be read are invalid and leave the clock of their chain alone', () => {
    const unreadable = { ...b, id: null, clock: null }
    const back = link('a3', 3, 'a2', { monoMs: 500 })
    const facts = inspectChain([a, unreadable, back], { ...active, retiredAtSeq: 1 })
    expect([...facts.quarantine]).toEqual([
      [hash('a2'), 'invalid'],
      [hash('a3'), 'after_retirement'],
    ])
    expect(facts.clock).toEqual([hash('a3')])
  })

  test('[CH3] a clock that lies does not lift the bar of a fork or a retirement', () => {
    const lying = link('a3', 3, 'a2', { monoMs: 0 })
    const quarantine = (claims: Parameters<typeof inspectChain>[1]) =>
      inspectChain([a, b, lying], claims).quarantine.get(hash('a3'))
    expect(quarantine({ ...active, retiredAtSeq: 2 })).toBe('after_retirement')
    expect(quarantine({ ...active, signedHeads: [{ seq: 3, hash: hash('z3') }] })).toBe(
      'after_fork',
    )
    expect(quarantine(active)).toBe('clock')
  })
})

describe('clocks', () => {
  test('[TM4] monotonic time below the highest of its epoch so far runs backwards', () => {
    const back = [
      link('a1', 1, null, { monoMs: 100 }),
      link('a2', 2, 'a1', { monoMs: 50 }),
      link('a3', 3, 'a2', { monoMs: 60 }),
      link('a4', 4, 'a3', { monoMs: 100 }),
      link('a5', 5, 'a4', { monoMs: 0, epoch: 2 }),
      link('a6', 6, 'a5', { monoMs: 900, epoch: 1 }),
    ]
    const facts = inspectChain(back, active)
    expect(facts.clock).toEqual([hash('a2'), hash('a3'), hash('a6')])
    expect(facts.quarantine.get(hash('a2'))).toBe('clock')
  })
})

/** A chain that may be cloned at a number, of which some links are lost. */
const anyChain = fc
  .record({
    length: fc.integer({ min: 0, max: 12 }),
    cloneAt: fc.option(fc.integer({ min: 1, max: 12 })),
    cloneLength: fc.integer({ min: 1, max: 4 }),
    lost: fc.uniqueArray(fc.nat(15)),
    shuffle: fc.func(fc.nat()),
  })
  .map(({ length, cloneAt, cloneLength, lost, shuffle }) => {
    const trunk = Array.from({ length }, (_, at) =>
      link(`a${at + 1}`, at + 1, at === 0 ? null : `a${at}`),
    )
    const from = Math.min(cloneAt ?? Infinity, length)
    const clone =
      cloneAt === null || from < 1
        ? []
        : Array.from({ length: cloneLength }, (_, at) => {
            const seq = from + at
            const prev = at === 0 ? (seq === 1 ? null : `a${seq - 1}`) : `b${seq - 1}`
            return link(`b${seq}`, seq, prev)
          })
    const here = [...trunk, ...clone].filter((_, at) => !lost.includes(at))
    return { trunk, here, shuffled: here.toSorted((x, y) => shuffle(x.hash) - shuffle(y.hash)) }
  })

test('[CH1] facts of a chain follow from the set of its links', () => {
  fc.assert(
    fc.property(anyChain, fc.option(fc.nat(14)), ({ here, shuffled }, retiredAtSeq) => {
      const claims = { signedHeads: [{ seq: 12, hash: hash('a12') }], retiredAtSeq }
      const facts = inspectChain(here, claims)
      expect(inspectChain([...shuffled, ...here], claims)).toEqual(facts)
      expect([...facts.quarantine]).toEqual([...inspectChain(shuffled, claims).quarantine])
    }),
  )
})

test('[CH1] behind a place without a fault the links alone tell what the whole chain does', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ epoch: fc.nat(2), monoMs: fc.nat(3) }), { minLength: 1, maxLength: 8 }),
      fc.nat(8),
      fc.option(fc.nat(9)),
      (clocks, at, retiredAtSeq) => {
        const whole = clocks.map((clock, n) =>
          link(`a${n + 1}`, n + 1, n === 0 ? null : `a${n}`, clock),
        )
        const [before, behind] = [whole.slice(0, at), whole.slice(at)]
        fc.pre(inspectChain(before, active).clock.length === 0)
        const place = before.at(-1)
        const claims = { signedHeads: [{ seq: 20, hash: hash('a20') }], retiredAtSeq }
        const facts = inspectChain(whole, claims)
        const those = new Set(behind.map((one) => one.hash))
        expect(inspectChain(behind, claims, place)).toEqual({
          ...facts,
          branches: new Map([...facts.branches].filter(([one]) => those.has(one))),
          quarantine: new Map([...facts.quarantine].filter(([one]) => those.has(one))),
        })
      },
    ),
  )
})

test('every number up to throughSeq is here and the next does not follow; gaps name the rest', () => {
  fc.assert(
    fc.property(anyChain, ({ here }) => {
      const { throughSeq, gaps, heads } = inspectChain(here, active)
      const seqs = new Set(here.map(({ seq }) => seq))
      for (let seq = 1; seq <= throughSeq; seq += 1) expect(seqs.has(seq)).toBe(true)
      for (const head of heads) {
        expect(here.some((one) => one.seq === head.seq + 1 && one.prev === head.hash)).toBe(false)
      }
      const highest = Math.max(0, ...seqs)
      const missing = gaps.flatMap((gap) =>
        Array.from({ length: gap.throughSeq - gap.fromSeq + 1 }, (_, at) => gap.fromSeq + at),
      )
      expect(missing.length + seqs.size).toBe(highest)
      expect(missing.some((seq) => seqs.has(seq))).toBe(false)
    }),
  )
})

test('an honest chain is never at fault, whatever is missing of it', () => {
  fc.assert(
    fc.property(anyChain, ({ trunk, shuffled }) => {
      const honest = shuffled.filter((one) => trunk.includes(one))
      const signedHeads = trunk.map(({ seq, hash: head }) => ({ seq, hash: head }))
      const facts = inspectChain(honest, { signedHeads, retiredAtSeq: null })
      expect(facts).toMatchObject({ forks: [], clock: [], quarantine: new Map() })
    }),
  )
})

describe('incidents of a device', () => {
  const device = deviceId(1)

  test('[CH2] a device has at most one of each kind, under a key that stays', () => {
    const links = [a, link('a2', 2, 'a1', { monoMs: 1 }), link('b2', 2, 'a1'), e]
    const chain = inspectChain(links, active)
    const contradictory = ['id-a5' as ScanId]
    expect(deviceIncidents({ device, chain, links, contradictory })).toMatchObject([
      { key: `clock/${device}`, kind: 'clock', scans: ['id-a2', 'id-a5'] },
      { key: `fork/${device}`, kind: 'fork', scans: ['id-a2', 'id-b2'] },
      { key: `gap/${device}`, kind: 'gap', scans: ['id-a5'] },
    ])
  })

  test('[CH2] a whole chain has none, and a gap that closes dissolves its incident', () => {
    const incidents = (links: readonly ChainLink[]) =>
      deviceIncidents({ device, chain: inspectChain(links, active), links, contradictory: [] })
    expect(incidents([a, b, c])).toEqual([])
    const [gap] = incidents([a, c])
    const known = gap ? [{ ...gap, status: 'open' as const, covers: null }] : []
    expect(mergeIncidents(known, incidents([a, b, c]))).toMatchObject([
      { change: 'dissolve', status: 'dissolved' },
    ])
  })
})
