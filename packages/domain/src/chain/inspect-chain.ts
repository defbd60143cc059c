import { groupBy } from '../group-by.ts'
import type { ScanHash } from '../ids.ts'
import type { Quarantine } from '../scan.ts'
import {
  CHAIN_START,
  type ChainClaims,
  type ChainFacts,
  type ChainLink,
  type ChainPlace,
  type Fork,
  type LedgerHead,
} from './chain.ts'
import { findBackwards } from './clock-order.ts'
import { findForks, findGaps, findMissingTail } from './missing-links.ts'

const fromTheStart: ChainPlace = { seq: 0, hash: CHAIN_START, clock: null }

/**
 * Names the gaps, forks, missing tail and clock contradictions of one device's chain.
 *
 * A function of the set of links and claims: no order of arrival changes it.
 * The hashes themselves must have been verified; this reads only how they hang
 * together. With a `place` the links and claims are those behind it, and the
 * facts are the same as those of the whole chain, as far as they are about them.
 */
export function inspectChain(
  links: Iterable<ChainLink>,
  claims: ChainClaims,
  place: ChainPlace = fromTheStart,
): ChainFacts {
  const ordered = [...new Map([...links].map((link) => [link.hash, link])).values()].sort(
    (a, b) => a.seq - b.seq || compareText(a.hash, b.hash),
  )
  const forks = findForks(ordered, claims.signedHeads)
  const clock = findBackwards(ordered, place)
  const branches = findBranches(ordered, place)
  const heads = findHeads(ordered, branches, place)
  const presentSeqs = [...new Set(ordered.map((link) => link.seq))]
  return {
    throughSeq: heads[0]?.seq ?? 0,
    heads,
    branches,
    gaps: findGaps(presentSeqs, place.seq),
    missingTail: findMissingTail(presentSeqs.at(-1) ?? place.seq, claims.signedHeads),
    forks,
    clock,
    quarantine: quarantineLinks(ordered, forks, new Set(clock), claims.retiredAtSeq),
  }
}

/**
 * The end of the chain behind a link: where it forks again the longest branch, then by hash.
 *
 * `links` are of one device; what does not follow `from` is passed over.
 */
export function findTip(links: Iterable<ChainLink>, from: LedgerHead): LedgerHead {
  const byPrev = groupBy(links, ({ prev }) => prev)
  let tip = from
  let reached = [from]
  while (reached.length > 0) {
    const next = reached.flatMap(({ seq, hash }) =>
      (byPrev.get(hash) ?? []).filter((link) => link.seq === seq + 1),
    )
    const [first] = next.map(({ seq, hash }) => ({ seq, hash })).sort(byHash)
    tip = first ?? tip
    reached = next
  }
  return tip
}

/** Links that hang together from the place on, each with its branch: where two follow one, each begins its own. */
function findBranches(
  ordered: readonly ChainLink[],
  place: ChainPlace,
): ReadonlyMap<ScanHash, ScanHash | ''> {
  const follows = (link: ChainLink, { seq, hash }: LedgerHead) =>
    link.prev === hash && link.seq === seq + 1
  const connected = new Map<ScanHash, ChainLink>()
  const followers = new Map<ScanHash, number>()
  for (const link of ordered) {
    const parent = connected.get(link.prev)
    if (!follows(link, place) && !(parent && follows(link, parent))) continue
    connected.set(link.hash, link)
    followers.set(link.prev, (followers.get(link.prev) ?? 0) + 1)
  }
  const branches = new Map<ScanHash, ScanHash | ''>()
  for (const { hash, prev } of connected.values()) {
    branches.set(hash, followers.get(prev) === 1 ? (branches.get(prev) ?? '') : hash)
  }
  return branches
}

/** Ends of the branches; the place itself where nothing follows it. */
function findHeads(
  ordered: readonly ChainLink[],
  branches: ChainFacts['branches'],
  { seq, hash }: ChainPlace,
): readonly LedgerHead[] {
  const connected = ordered.filter((link) => branches.has(link.hash))
  const continued = new Set(connected.map(({ prev }) => prev))
  const ends = connected.filter((link) => !continued.has(link.hash))
  if (ends.length === 0) return seq === 0 ? [] : [{ seq, hash }]
  return ends
    .map((end) => ({ seq: end.seq, hash: end.hash }))
    .sort((a, b) => b.seq - a.seq || byHash(a, b))
}

/**
 * All from the first fork on, and all beyond retirement, never win (TM8).
 *
 * That is named before a clock fault: a scan that is barred must stay barred
 * whatever its clock says, else a thief's tablet could undo admissions by lying.
 */
function quarantineLinks(
  ordered: readonly ChainLink[],
  forks: readonly Fork[],
  backwards: ReadonlySet<ScanHash>,
  retiredAtSeq: number | null,
): ReadonlyMap<ScanHash, Quarantine> {
  const forkedAtSeq = forks[0]?.seq ?? Infinity
  const quarantine = new Map<ScanHash, Quarantine>()
  for (const { hash, seq, clock } of ordered) {
    if (clock === null) quarantine.set(hash, 'invalid')
    else if (seq >= forkedAtSeq) quarantine.set(hash, 'after_fork')
    else if (seq > (retiredAtSeq ?? Infinity)) quarantine.set(hash, 'after_retirement')
    else if (backwards.has(hash)) quarantine.set(hash, 'clock')
  }
  return quarantine
}

function byHash(a: LedgerHead, b: LedgerHead): number {
  return compareText(a.hash, b.hash)
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
