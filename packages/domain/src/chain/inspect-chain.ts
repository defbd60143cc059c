import { groupBy } from '../group-by.ts'
import type { ScanHash, ScanId } from '../ids.ts'
import type { Quarantine } from '../scan.ts'

/** Before the first scan of a device: 32 zero bytes. */
export const CHAIN_START = '0'.repeat(64) as ScanHash

/** A scan as far as the chain of its device looks at it. */
export interface ChainLink {
  readonly id: ScanId
  readonly seq: number
  readonly prev: ScanHash
  readonly hash: ScanHash
  readonly epoch: number
  readonly monoMs: number
}

/** Where a chain stands: the number and the hash of its last scan; 0 and `CHAIN_START` before the first. */
export interface LedgerHead {
  readonly seq: number
  readonly hash: ScanHash
}

/** Numbers from … to, both included. */
export interface SeqRange {
  readonly fromSeq: number
  readonly throughSeq: number
}

/** A number at which two different scans exist, or must exist, since later ones or signed heads name them. */
export interface Fork {
  readonly seq: number
  /** Sorted. */
  readonly hashes: readonly ScanHash[]
}

/** What a set of links says about the chain of one device. */
export interface ChainFacts {
  /** The longest gap-free prefix: every number up to here is here (SY3). */
  readonly throughSeq: number
  /** The ends of all branches that reach back to the start, longest first, then by hash. */
  readonly heads: readonly LedgerHead[]
  /** Numbers that are missing below the highest that is here. */
  readonly gaps: readonly SeqRange[]
  /** Numbers that a signed head names above the highest that is here. */
  readonly missingTail: SeqRange | null
  /** By number. */
  readonly forks: readonly Fork[]
  /** Links whose epoch or monotonic time lies before that of an earlier link of their branch (TM4). */
  readonly clock: readonly ScanHash[]
  /** What `Scan.quarantine` must be; a hash that is not in it has none. */
  readonly quarantine: ReadonlyMap<ScanHash, Quarantine>
}

export interface ChainClaims {
  /** Heads that the device signed in pushes and contacts. */
  readonly signedHeads: readonly LedgerHead[]
  /** The head at which it was retired or revoked, or null while it is active (TM8). */
  readonly retiredAtSeq: number | null
}

/**
 * Names the gaps, forks, missing tail and clock contradictions of one device's chain.
 *
 * A function of the set of links and claims: no order of arrival changes it.
 * The hashes themselves must have been verified; this reads only how they hang together.
 */
export function inspectChain(links: Iterable<ChainLink>, claims: ChainClaims): ChainFacts {
  const ordered = [...new Map([...links].map((link) => [link.hash, link])).values()].sort(
    (a, b) => a.seq - b.seq || compareText(a.hash, b.hash),
  )
  const byHash = new Map(ordered.map((link) => [link.hash, link]))
  const forks = findForks(ordered, claims.signedHeads)
  const clock = findBackwards(ordered, byHash)
  const heads = findHeads(ordered, byHash)
  const presentSeqs = [...new Set(ordered.map((link) => link.seq))]
  return {
    throughSeq: heads[0]?.seq ?? 0,
    heads,
    gaps: findGaps(presentSeqs),
    missingTail: findMissingTail(presentSeqs.at(-1) ?? 0, claims.signedHeads),
    forks,
    clock,
    quarantine: quarantineLinks(ordered, forks, new Set(clock), claims.retiredAtSeq),
  }
}

/** A link that is named counts as much as one that is here: only a second scan can be meant by it. */
function findForks(
  ordered: readonly ChainLink[],
  signedHeads: readonly LedgerHead[],
): readonly Fork[] {
  const named: readonly LedgerHead[] = [
    ...ordered,
    ...ordered.map((link) => ({ seq: link.seq - 1, hash: link.prev })),
    ...signedHeads,
  ].filter(({ seq }) => seq > 0)
  return [...groupBy(named, ({ seq }) => seq)]
    .map(([seq, those]) => ({ seq, hashes: [...new Set(those.map(({ hash }) => hash))].sort() }))
    .filter(({ hashes }) => hashes.length > 1)
    .sort((a, b) => a.seq - b.seq)
}

/** Epochs only rise, and within one monotonic time does. Below the highest so far is backwards, not only below the last. */
function findBackwards(
  ordered: readonly ChainLink[],
  byHash: ReadonlyMap<ScanHash, ChainLink>,
): readonly ScanHash[] {
  const highest = new Map<ScanHash, { readonly epoch: number; readonly monoMs: number }>()
  const backwards: ScanHash[] = []
  for (const link of ordered) {
    const before = parentOf(link, byHash) ? highest.get(link.prev) : undefined
    const isBack =
      before !== undefined &&
      (link.epoch < before.epoch || (link.epoch === before.epoch && link.monoMs < before.monoMs))
    if (isBack) backwards.push(link.hash)
    highest.set(link.hash, isBack ? before : link)
  }
  return backwards
}

/** Ends of the branches that hang together from the first scan on. */
function findHeads(
  ordered: readonly ChainLink[],
  byHash: ReadonlyMap<ScanHash, ChainLink>,
): readonly LedgerHead[] {
  const rooted = new Map<ScanHash, ChainLink>()
  const continued = new Set<ScanHash>()
  for (const link of ordered) {
    const isFirst = link.seq === 1 && link.prev === CHAIN_START
    const parent = parentOf(link, byHash)
    if (!isFirst && !(parent && rooted.has(parent.hash))) continue
    rooted.set(link.hash, link)
    continued.add(link.prev)
  }
  return [...rooted.values()]
    .filter((link) => !continued.has(link.hash))
    .map(({ seq, hash }) => ({ seq, hash }))
    .sort((a, b) => b.seq - a.seq || compareText(a.hash, b.hash))
}

function parentOf(
  link: ChainLink,
  byHash: ReadonlyMap<ScanHash, ChainLink>,
): ChainLink | undefined {
  const parent = byHash.get(link.prev)
  return parent?.seq === link.seq - 1 ? parent : undefined
}

function findGaps(presentSeqs: readonly number[]): readonly SeqRange[] {
  return presentSeqs.flatMap((seq, at) => {
    const before = presentSeqs[at - 1] ?? 0
    return seq > before + 1 ? [{ fromSeq: before + 1, throughSeq: seq - 1 }] : []
  })
}

function findMissingTail(highestSeq: number, signedHeads: readonly LedgerHead[]): SeqRange | null {
  const signedSeq = signedHeads.reduce((highest, { seq }) => Math.max(highest, seq), 0)
  return signedSeq > highestSeq ? { fromSeq: highestSeq + 1, throughSeq: signedSeq } : null
}

/** All from the first fork on, and all beyond retirement, never win (TM8). A clock fault is named first: it widens the interval (TM4). */
function quarantineLinks(
  ordered: readonly ChainLink[],
  forks: readonly Fork[],
  clock: ReadonlySet<ScanHash>,
  retiredAtSeq: number | null,
): ReadonlyMap<ScanHash, Quarantine> {
  const forkedAtSeq = forks[0]?.seq ?? Infinity
  const quarantine = new Map<ScanHash, Quarantine>()
  for (const { hash, seq } of ordered) {
    if (clock.has(hash)) quarantine.set(hash, 'clock')
    else if (seq >= forkedAtSeq) quarantine.set(hash, 'after_fork')
    else if (seq > (retiredAtSeq ?? Infinity)) quarantine.set(hash, 'after_retirement')
  }
  return quarantine
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
