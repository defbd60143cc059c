import {
  type ChainFacts,
  type DeviceId,
  deviceIncidents,
  findTip,
  inspectChain,
  type LedgerHead,
  mergeIncidents,
  type Quarantine,
  type ScanHash,
} from '@eventpass/domain'
import type { DirtyKey } from '../reconcile/reconcile-store.ts'
import type {
  CentralLedger,
  ChainMark,
  ChainTip,
  NewScan,
  PushingDevice,
  StoredLink,
} from './central-ledger.ts'

/** What became of pushed links. */
export interface SettledLinks {
  /** Those that were not here yet. */
  readonly fresh: readonly NewScan[]
  readonly quarantine: ReadonlyMap<ScanHash, Quarantine | null>
  /** Where the branch that was pushed ends: what the receipt may name. */
  readonly head: LedgerHead
  /** Keys of links that were here and count otherwise from now on. */
  readonly touched: readonly DirtyKey[]
}

/** A scan before anything is known of its place in the chain. */
export type UnmarkedScan = Omit<NewScan, keyof ChainMark>

/**
 * Stores links with what the chain tells of them: a function of the set, never of arrival (LG1).
 *
 * Links that follow the head of a faultless chain are looked at alone, so that a
 * scan costs the same whatever came before; anything else looks at the whole chain.
 */
export async function settleLinks(
  ledger: CentralLedger,
  id: DeviceId,
  device: PushingDevice,
  rows: readonly UnmarkedScan[],
): Promise<SettledLinks> {
  const head = { seq: device.throughSeq, hash: device.throughHash }
  const tip = await ledger.readTip(id, head)
  const held = await findHeld(ledger, id, rows, tip)
  const fresh = rows.filter(({ hash }) => !held.has(hash))
  if (fresh.length === 0 && device.forkSeq === null) {
    return { fresh: [], quarantine: quarantineOf([...held.values()]), head, touched: [] }
  }
  const plain = continueChain(device, tip, fresh)
  if (!plain) return settleAll(ledger, id, device, rows, fresh)
  const marked = fresh.map((row) => toMarked(row, plain))
  await ledger.insertScans(id, device.event, marked)
  const reached = plain.heads[0] ?? head
  await ledger.saveHead(id, reached)
  const quarantine = quarantineOf([...held.values(), ...marked])
  return { fresh: marked, quarantine, head: reached, touched: [] }
}

/**
 * Looks at a device's whole chain again, after a contact signed a head that is not on it.
 *
 * Answers whether it is forked, and the keys that count otherwise from now on.
 */
export async function settleSignedHead(
  ledger: CentralLedger,
  id: DeviceId,
  device: PushingDevice,
  signed: LedgerHead,
): Promise<{ readonly forked: boolean; readonly touched: readonly DirtyKey[] }> {
  const forked = device.forkSeq !== null
  if (signed.hash === device.throughHash) return { forked, touched: [] }
  const rivals = await ledger.findChain(id, { fromSeq: signed.seq, throughSeq: signed.seq })
  // None at that number: what it stands for is still on its way.
  if (rivals.length === 0 || rivals.some(({ hash }) => hash === signed.hash)) {
    return { forked, touched: [] }
  }
  const { touched } = await settleAll(ledger, id, device, [], [])
  return { forked: true, touched }
}

async function findHeld(
  ledger: CentralLedger,
  id: DeviceId,
  rows: readonly UnmarkedScan[],
  tip: ChainTip,
): Promise<ReadonlyMap<ScanHash, StoredLink>> {
  const [first, last] = [rows[0], rows.at(-1)]
  if (!first || !last || first.seq > tip.highestSeq) return new Map()
  const range = { fromSeq: first.seq, throughSeq: last.seq }
  return new Map((await ledger.findChain(id, range)).map((link) => [link.hash, link]))
}

/** The facts of links that plainly follow the head of a faultless chain, or null where more must be looked at. */
function continueChain(
  device: PushingDevice,
  { link, highestSeq, signedHeads }: ChainTip,
  fresh: readonly UnmarkedScan[],
): ChainFacts | null {
  const follows = fresh[0]?.prev === device.throughHash && highestSeq === device.throughSeq
  // A head that is not quarantined has the highest clock of its chain, so nothing before it matters.
  const faultless = device.forkSeq === null && (link?.quarantine ?? null) === null
  if (!follows || !faultless) return null
  const claims = { signedHeads, retiredAtSeq: device.retiredHeadSeq }
  const facts = inspectChain(fresh, claims, link ?? undefined)
  const faults = facts.forks.length + facts.gaps.length + facts.clock.length
  return faults === 0 ? facts : null
}

async function settleAll(
  ledger: CentralLedger,
  id: DeviceId,
  device: PushingDevice,
  rows: readonly UnmarkedScan[],
  fresh: readonly UnmarkedScan[],
): Promise<SettledLinks> {
  const stored = await ledger.findChain(id)
  const signedHeads = await ledger.findSignedHeads(id)
  const links = [...stored, ...fresh]
  const facts = inspectChain(links, { signedHeads, retiredAtSeq: device.retiredHeadSeq })
  const marked = fresh.map((row) => toMarked(row, facts))
  await ledger.insertScans(id, device.event, marked)
  const changed = stored.flatMap((link) => {
    const mark = markOf(link.hash, facts)
    return isSameMark(link, mark) ? [] : [{ seq: link.seq, hash: link.hash, ...mark }]
  })
  const touched = changed.length === 0 ? [] : await ledger.saveMarks(id, changed)
  const known = await ledger.findDeviceIncidents(id)
  const contradictory = known.find(({ kind }) => kind === 'clock')?.scans ?? []
  const incidents = deviceIncidents({ device: id, chain: facts, links, contradictory })
  await ledger.saveIncidents(device.event, mergeIncidents(known, incidents))

  const forkSeq = facts.forks[0]?.seq ?? null
  if (forkSeq !== null && forkSeq !== device.forkSeq) await ledger.saveFork(id, forkSeq)
  const before = { seq: device.throughSeq, hash: device.throughHash }
  const [longest = before] = facts.heads
  if (longest.seq > before.seq) await ledger.saveHead(id, longest)

  const last = rows.at(-1)
  const isConnected = last && facts.branches.has(last.hash)
  return {
    fresh: marked,
    quarantine: new Map(links.map(({ hash }) => [hash, facts.quarantine.get(hash) ?? null])),
    head: isConnected
      ? findTip(links, { seq: last.seq, hash: last.hash })
      : longest.seq > before.seq
        ? longest
        : before,
    touched,
  }
}

/** Field by field: spreading both costs more than all else that is done with a link here. */
function toMarked(row: UnmarkedScan, facts: ChainFacts): NewScan {
  const { seq, prev, hash, bytes, texts, body, id, clock, invitee } = row
  const { quarantine, connected, branch } = markOf(hash, facts)
  return { seq, prev, hash, bytes, texts, body, id, clock, invitee, quarantine, connected, branch }
}

function markOf(hash: ScanHash, { quarantine, branches }: ChainFacts): ChainMark {
  return {
    quarantine: quarantine.get(hash) ?? null,
    connected: branches.has(hash),
    branch: branches.get(hash) ?? '',
  }
}

function isSameMark(a: ChainMark, b: ChainMark): boolean {
  return a.quarantine === b.quarantine && a.connected === b.connected && a.branch === b.branch
}

function quarantineOf(
  links: readonly (ChainMark & { readonly hash: ScanHash })[],
): ReadonlyMap<ScanHash, Quarantine | null> {
  return new Map(links.map(({ hash, quarantine }) => [hash, quarantine]))
}
