import {
  assert,
  type Contact,
  type Digest,
  type InviteeNo,
  noTexts,
  type Ruling,
  type ScanHash,
  type ScanId,
  type ScanTexts,
} from '@eventpass/domain'
import type { HeardScan, VectorEntry } from '../wire/pull.ts'
import { hashOf } from './fixtures.fake.ts'
import type {
  HistoryRow,
  LedgerFacts,
  LedgerFiles,
  LedgerStore,
  NamedScan,
  OwnScan,
  StoredUse,
} from './stores.ts'

interface KeptRuling {
  readonly ruling: Ruling
  readonly atMs: number
}

/** What a ledger file holds; it outlives the handles that write it. */
export interface LedgerDisk {
  scans: OwnScan[]
  receiptedThrough: number
  epoch: number
  heard: Map<ScanId, HeardScan>
  rulings: Map<ScanId, KeptRuling>
  vector: Map<string, VectorEntry>
  rulingsRevision: number
  contact: Contact | null
  facts: Record<string, unknown>
}

export function emptyLedgerDisk(): LedgerDisk {
  return {
    scans: [],
    receiptedThrough: 0,
    epoch: 0,
    heard: new Map(),
    rulings: new Map(),
    vector: new Map(),
    rulingsRevision: 0,
    contact: null,
    facts: {},
  }
}

/** At once, so that every call is one step; on a real disk the hash is made behind the commit. */
type HashNow = (prev: ScanHash, bytes: string) => ScanHash

/** A folder of ledgers in memory. */
export function createMemoryLedgerFiles(
  hashLink: HashNow,
  disks: Map<string, LedgerDisk> = new Map(),
): LedgerFiles {
  return {
    list: async () => [...disks.keys()],
    aside: async () => [],
    open: async (name) => {
      const disk = disks.get(name) ?? emptyLedgerDisk()
      disks.set(name, disk)
      return createMemoryLedger(hashLink, disk)
    },
  }
}

/** A ledger in memory; every call is one atomic, durable step. */
export function createMemoryLedger(hashLink: HashNow, disk: LedgerDisk): LedgerStore {
  return { ...ownSide(hashLink, disk), ...heardSide(disk), ...deviceSide(disk) }
}

type OwnSide = Pick<
  LedgerStore,
  | 'head'
  | 'commitScan'
  | 'getScan'
  | 'findPending'
  | 'countPending'
  | 'applyReceipt'
  | 'findNamed'
  | 'rename'
  | 'pendAgain'
  | 'findHistory'
>

function ownSide(hashLink: HashNow, disk: LedgerDisk): OwnSide {
  const headOf = () => ({ seq: disk.scans.length, hash: disk.scans.at(-1)?.hash ?? hashOf(0) })
  const pending = () => disk.scans.slice(disk.receiptedThrough)
  /** A void has no code: it is of whom its target is. */
  const codeOf = ({ body }: OwnScan) =>
    body.digest ?? disk.scans.find((scan) => scan.body.id === body.target)?.body.digest
  return {
    head: async () => headOf(),
    commitScan: async (scan) => {
      const head = headOf()
      assert(scan.body.seq === head.seq + 1 && scan.prev === head.hash, 'a scan follows the head')
      disk.scans.push(structuredClone({ ...scan, hash: hashLink(scan.prev, scan.bytes) }))
    },
    getScan: async (id) => disk.scans.find(({ body }) => body.id === id) ?? null,
    findPending: async (limit) => pending().slice(0, limit),
    countPending: async () => pending().length,
    applyReceipt: async ({ throughSeq, hash }) => {
      const link = throughSeq === 0 ? hashOf(0) : disk.scans[throughSeq - 1]?.hash
      if (link !== hash) return false
      disk.receiptedThrough = Math.max(disk.receiptedThrough, throughSeq)
      disk.scans = disk.scans.map((scan) =>
        scan.body.seq <= throughSeq ? { ...scan, texts: { ...scan.texts, code: null } } : scan,
      )
      return true
    },
    findNamed: async (seq, limit) =>
      disk.scans
        .slice(seq)
        .flatMap((scan): NamedScan[] => {
          const digest = codeOf(scan)
          const isKept = scan.name !== null || hasText(scan.texts)
          return digest && isKept ? [{ seq: scan.body.seq, digest, name: scan.name }] : []
        })
        .slice(0, limit),
    rename: async (renamings) => {
      disk.scans = disk.scans.map((scan) => {
        const renaming = renamings.find(({ digest }) => digest === codeOf(scan))
        if (!renaming) return scan
        const texts = renaming.name === null ? noTexts : scan.texts
        return { ...scan, texts, name: renaming.name }
      })
    },
    pendAgain: async (seq) => {
      disk.receiptedThrough = Math.min(disk.receiptedThrough, seq)
    },
    findHistory: async (limit) =>
      disk.scans
        .toReversed()
        .slice(0, limit)
        .map((scan) => historyRow(disk, scan)),
  }
}

function hasText({ code, answer, note }: ScanTexts): boolean {
  return (code ?? answer ?? note) !== null
}

function historyRow(disk: LedgerDisk, { body, name, atMs }: OwnScan): HistoryRow {
  const voids = (other: { readonly act: string; readonly target: ScanId | null }) =>
    other.act === 'void' && other.target === body.id
  return {
    id: body.id,
    seq: body.seq,
    atMs: disk.rulings.get(body.id)?.atMs ?? disk.heard.get(body.id)?.atMs ?? atMs,
    name,
    act: body.act,
    verdict: body.verdict,
    reason: body.reason,
    forced: body.forced,
    pending: body.seq > disk.receiptedThrough,
    voided:
      disk.scans.some((scan) => scan.body.verdict === 'admit' && voids(scan.body)) ||
      [...disk.heard.values()].some(voids) ||
      (disk.rulings.get(body.id) ?? disk.heard.get(body.id))?.ruling?.kind === 'voided',
  }
}

type HeardSide = Pick<
  LedgerStore,
  | 'findUses'
  | 'findUnlistedUses'
  | 'findInvitees'
  | 'saveHeard'
  | 'findRulings'
  | 'scansMark'
  | 'forgetMarks'
  | 'adoptManifest'
>

function heardSide(disk: LedgerDisk): HeardSide {
  const keepVector = (entries: readonly VectorEntry[]) => {
    for (const entry of entries) {
      const key = `${entry[0]}/${entry[1]}`
      const kept = disk.vector.get(key)
      if (!kept || kept[2] < entry[2]) disk.vector.set(key, entry)
    }
  }
  return {
    findUses: async (invitee) => usesIn(disk).filter((use) => use.invitee === invitee),
    findUnlistedUses: async (digest) => unlistedUses(disk, digest),
    findInvitees: async (after, limit) =>
      [...new Set(usesIn(disk).flatMap(({ invitee }) => (invitee === null ? [] : [invitee])))]
        .filter((invitee) => invitee > after)
        .sort((a, b) => a - b)
        .slice(0, limit),
    saveHeard: async ({ scans, rulings, vector, rulingsRevision }) => {
      for (const scan of scans) disk.heard.set(scan.id, scan)
      for (const { id, ruling, atMs } of rulings) disk.rulings.set(id, { ruling, atMs })
      keepVector(vector)
      disk.rulingsRevision = Math.max(disk.rulingsRevision, rulingsRevision)
    },
    findRulings: async (ids) =>
      ids.flatMap((id) => {
        const kept = disk.rulings.get(id)
        return kept ? [{ id, ...kept }] : []
      }),
    scansMark: async () => ({
      vector: [...disk.vector.values()],
      rulingsRevision: disk.rulingsRevision,
    }),
    forgetMarks: async () => {
      disk.vector.clear()
      disk.rulingsRevision = 0
    },
    adoptManifest: async ({ facts, vector, rulingsRevision }) => {
      const own = new Set(disk.scans.map(({ body }) => body.id))
      for (const scan of disk.heard.values()) {
        const covered = vector.some(
          ([no, branch, seq]) => no === scan.deviceNo && branch === scan.branch && scan.seq <= seq,
        )
        // What central resolved of an own scan (invitee, time) stays: the own row is kept too.
        if (covered && !own.has(scan.id)) disk.heard.delete(scan.id)
        else disk.heard.set(scan.id, { ...scan, ruling: null })
      }
      disk.rulings.clear()
      disk.vector.clear()
      keepVector(vector)
      disk.rulingsRevision = rulingsRevision
      writeFacts(disk, facts)
    },
  }
}

function usesIn(disk: LedgerDisk): readonly StoredUse[] {
  const own = disk.scans
    .filter(({ body }) => body.verdict === 'admit')
    .map((scan) => ownUse(disk, scan))
  const ownIds = new Set(disk.scans.map(({ body }) => body.id))
  const heard = [...disk.heard.values()]
    .filter(({ id }) => !ownIds.has(id))
    .map((scan) => heardUse(disk, scan))
  return [...own, ...heard]
}

function ownUse(disk: LedgerDisk, { body, invitee, atMs }: OwnScan): StoredUse {
  const heard = disk.heard.get(body.id)
  const kept = disk.rulings.get(body.id)
  return {
    scan: body.id,
    invitee: invitee ?? heard?.invitee ?? null,
    list: body.list,
    gate: body.gate,
    act: body.act,
    forced: body.forced,
    target: body.target,
    atMs: kept?.atMs ?? heard?.atMs ?? atMs,
    own: true,
    ruling: kept?.ruling ?? heard?.ruling ?? null,
  }
}

function heardUse(disk: LedgerDisk, scan: HeardScan): StoredUse {
  const kept = disk.rulings.get(scan.id)
  return {
    scan: scan.id,
    invitee: scan.invitee,
    list: scan.list,
    gate: scan.gate,
    act: scan.act,
    forced: scan.forced,
    target: scan.target,
    atMs: kept?.atMs ?? scan.atMs,
    own: false,
    ruling: kept?.ruling ?? scan.ruling,
  }
}

function unlistedUses(disk: LedgerDisk, digest: Digest | null): readonly StoredUse[] {
  const unknown = usesIn(disk).filter(({ own, invitee }) => own && invitee === null)
  const digests = new Map(disk.scans.map(({ body }) => [body.id, body.digest]))
  if (digest === null) return unknown
  const uses = unknown.filter(({ scan }) => digests.get(scan) === digest)
  const voids = unknown.filter(({ target }) => uses.some(({ scan }) => scan === target))
  return [...uses, ...voids]
}

type DeviceSide = Pick<
  LedgerStore,
  'startEpoch' | 'saveContact' | 'lastContact' | 'readFacts' | 'writeFacts' | 'close'
>

function deviceSide(disk: LedgerDisk): DeviceSide {
  return {
    startEpoch: async () => {
      disk.epoch += 1
      return disk.epoch
    },
    saveContact: async (contact) => {
      disk.contact = contact
    },
    lastContact: async () => disk.contact,
    readFacts: async () => structuredClone(disk.facts),
    writeFacts: async (facts) => writeFacts(disk, facts),
    close: async () => {},
  }
}

function writeFacts(disk: LedgerDisk, facts: LedgerFacts): void {
  for (const [name, value] of Object.entries(facts)) {
    if (value === null) delete disk.facts[name]
    else disk.facts[name] = structuredClone(value)
  }
}

/** People inside of a set of uses: per invitee unvoided entries minus exits, never below zero. */
export function peopleInside(uses: readonly Omit<StoredUse, 'own'>[]): number {
  const voided = new Set(
    uses.flatMap(({ act, target }) => (act === 'void' && target ? [target] : [])),
  )
  const inside = new Map<InviteeNo | null, number>()
  for (const { scan, invitee, act, ruling } of uses) {
    if (act === 'void' || voided.has(scan) || ruling?.kind === 'voided') continue
    inside.set(invitee, (inside.get(invitee) ?? 0) + (act === 'entry' ? 1 : -1))
  }
  return [...inside.values()].reduce((sum, count) => sum + Math.max(0, count), 0)
}
