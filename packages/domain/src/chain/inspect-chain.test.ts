/**
 * Goal: a chain's gaps, forks, missing tail and clock faults are facts of the set of links.
 * Method: chains written as short words, then chains cut and cloned at random.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ScanHash, ScanId } from '../ids.ts'
import { mergeIncidents } from '../reconcile/merge-incidents.ts'
import { deviceId } from '../time/testing.ts'
import { deviceIncidents } from './device-incidents.ts'
import { CHAIN_START, type ChainLink, inspectChain } from './inspect-chain.ts'

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
  epoch: 1,
  monoMs: seq * 1_000,
  ...clock,
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
    gaps: [],
    missingTail: null,
    forks: [],
    clock: [],
    quarantine: new Map(),
  })
  expect(inspectChain([], active)).toMatchObject({ throughSeq: 0, heads: [] })
})

test('what is missing below the highest is a gap, above it a missing tail', () => {
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

test('[LG1] facts of a chain follow from the set of its links', () => {
  fc.assert(
    fc.property(anyChain, fc.option(fc.nat(14)), ({ here, shuffled }, retiredAtSeq) => {
      const claims = { signedHeads: [{ seq: 12, hash: hash('a12') }], retiredAtSeq }
      const facts = inspectChain(here, claims)
      expect(inspectChain([...shuffled, ...here], claims)).toEqual(facts)
      expect([...facts.quarantine]).toEqual([...inspectChain(shuffled, claims).quarantine])
    }),
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

  test('a device has at most one of each kind, under a key that stays', () => {
    const links = [a, link('a2', 2, 'a1', { monoMs: 1 }), link('b2', 2, 'a1'), e]
    const chain = inspectChain(links, active)
    const contradictory = ['id-a5' as ScanId]
    expect(deviceIncidents({ device, chain, links, contradictory })).toMatchObject([
      { key: `clock/${device}`, kind: 'clock', scans: ['id-a2', 'id-a5'] },
      { key: `fork/${device}`, kind: 'fork', scans: ['id-a2', 'id-b2'] },
      { key: `gap/${device}`, kind: 'gap', scans: ['id-a5'] },
    ])
  })

  test('a whole chain has none, and a gap that closes dissolves its incident', () => {
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
