import type { ScanHash, ScanId } from '../ids.ts'
import type { Quarantine } from '../scan.ts'

/** Before the first scan of a device: 32 zero bytes. */
export const CHAIN_START = '0'.repeat(64) as ScanHash

/** What a scan says of its device's monotonic clock. */
export interface ChainClock {
  readonly epoch: number
  readonly monoMs: number
}

/** A scan as far as the chain of its device looks at it. */
export interface ChainLink {
  /** Null, as the clock is, where its bytes could not be read: it keeps its place and counts nowhere (SY3). */
  readonly id: ScanId | null
  readonly seq: number
  readonly prev: ScanHash
  readonly hash: ScanHash
  readonly clock: ChainClock | null
}

/** Where a chain stands: the number and the hash of its last scan; 0 and `CHAIN_START` before the first. */
export interface LedgerHead {
  readonly seq: number
  readonly hash: ScanHash
}

/** A place of a chain up to which it is known to be whole and without a fault. */
export interface ChainPlace extends LedgerHead {
  /** The clock there, which is then the highest so far; null where nothing is before. */
  readonly clock: ChainClock | null
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
  /** Of every link that reaches back to the start: '' or, behind a fork, the first hash of its branch (TM6). */
  readonly branches: ReadonlyMap<ScanHash, ScanHash | ''>
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
