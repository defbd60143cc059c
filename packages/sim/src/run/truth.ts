import type { ScanBody, ScanHash, ScanId, VerdictKind } from '@eventpass/domain'
import type { OwnScan } from '@eventpass/sync'
import type { Life } from '../gate/tablet.ts'
import type { TrueTime } from '../gate/tablet-clock.ts'

/** A scan as it truly was. */
interface TrueScan {
  readonly tablet: string
  readonly body: ScanBody
  readonly hash: ScanHash
  readonly time: TrueTime
}

/** A verdict that a person saw. */
interface Shown {
  readonly tablet: string
  readonly id: ScanId
  readonly kind: VerdictKind | 'just_admitted'
}

/** An answer to a claim, whatever became of it on the way. */
interface ClaimTold {
  readonly incarnation: string
  /** Device and op. */
  readonly name: string
  readonly outcome: string
}

/** Everything that nobody inside the world can know. */
export interface Truth {
  readonly scansByHash: Map<ScanHash, TrueScan>
  readonly shown: Shown[]
  readonly lives: Life[]
  /** Devices with more than one disk: cloned, or set back to a backup. */
  readonly copied: Set<string>
  /** Devices whose clocks tell what they like. */
  readonly liars: Set<string>
  /** Scans that were on a disk that was overwritten, or that central lost with its database. */
  readonly destroyed: Set<ScanHash>
  /** Scans that central had in a life that it lost. */
  readonly lostByCentral: Set<ScanHash>
  /** Scans that central had committed in its present life. */
  readonly stored: Set<ScanHash>
  /** What claims were told, in the order of telling. */
  readonly claimAnswers: ClaimTold[]
  /** What was told to be provisional, by the names that it has in journals. */
  readonly promised: Set<string>
  /** The life of central in which a node took an entry out of its journal, as done. */
  readonly replayed: Map<string, string>
  /** Whether what central knew when this was scanned is gone with its database. */
  readonly isForgotten: (hash: ScanHash) => boolean
  /** Central's database was restored at that moment. */
  readonly forget: (untilMs: number) => void
  readonly record: (life: Life, scan: OwnScan) => void
  /** When a device truly showed these clocks; null for readings that nobody made. */
  readonly timeOf: (
    device: string,
    clocks: { readonly epoch: number; readonly monoMs: number; readonly wallMs: number },
  ) => TrueTime | null
}

export function createTruth(): Truth {
  const scansByHash = new Map<ScanHash, TrueScan>()
  const lives: Life[] = []
  let forgottenUntilMs = -Infinity
  return {
    scansByHash,
    lives,
    shown: [],
    copied: new Set(),
    liars: new Set(),
    destroyed: new Set(),
    lostByCentral: new Set(),
    claimAnswers: [],
    promised: new Set(),
    replayed: new Map(),
    isForgotten: (hash) => (scansByHash.get(hash)?.time.fromMs ?? -Infinity) < forgottenUntilMs,
    forget(untilMs) {
      forgottenUntilMs = untilMs
    },
    stored: new Set(),
    record({ tablet, clock }, { body, hash }) {
      const time = clock.trueTimeOf(body.monoMs, body.wallMs)
      if (!time) throw new Error(`${tablet} wrote clocks that it never read.`)
      scansByHash.set(hash, { tablet, body, hash, time })
    },
    timeOf(device, { epoch, monoMs, wallMs }) {
      for (const { identity, clock } of lives) {
        if (identity?.device !== device || identity.epoch !== epoch) continue
        const time = clock.trueTimeOf(monoMs, wallMs)
        if (time) return time
      }
      return null
    },
  }
}

/** Whether what a device says of time may be held against the rules: it was one tablet, and its clocks were honest. */
export function isHonest({ copied, liars }: Truth, device: string): boolean {
  return !copied.has(device) && !liars.has(device)
}
