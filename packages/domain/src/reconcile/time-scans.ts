import { groupBy } from '../group-by.ts'
import type { DeviceId, ScanId } from '../ids.ts'
import type { Contact, Scan } from '../scan.ts'
import { type ContactIndex, indexContacts } from '../time/contacts.ts'
import { estimateTime, scanClock, type TimeEstimate } from '../time/estimate-time.ts'
import { compareOrder, type OrderKey } from '../time/order.ts'

/** A scan with its time. */
export interface TimedScan {
  readonly scan: Scan
  readonly time: TimeEstimate
}

const noContacts: ContactIndex = indexContacts([] as readonly Contact[])

/**
 * Times the scans of one (list, invitee) key and puts them in TM6 order.
 *
 * Repeats (same id and hash) are dropped. Of two scans with one id and two
 * hashes, which only a cloned device can make, both are timed.
 */
export function timeScans(
  scans: Iterable<Scan>,
  contacts: ReadonlyMap<DeviceId, ContactIndex>,
): readonly TimedScan[] {
  const timed = [...withoutRepeats(scans)].map((scan) => ({
    scan,
    time: estimateTime(scanClock(scan), contacts.get(scan.body.device) ?? noContacts),
  }))
  const times = timesAlongChains(timed.filter(({ scan }) => isUse(scan)))
  return timed
    .map(({ scan, time }) => ({ scan, time: times.get(scan) ?? time }))
    .sort((a, b) => compareOrder(orderKey(a), orderKey(b)))
}

/** Whether a scan let somebody in or out; only these are counted. */
export function isUse(scan: Scan): boolean {
  return scan.body.act !== 'void' && scan.body.verdict === 'admit'
}

function orderKey({ scan, time }: TimedScan): OrderKey {
  return {
    quarantined: time.quarantined,
    estimateMs: time.estimateMs,
    deviceNo: scan.deviceNo,
    seq: scan.body.seq,
    hash: scan.hash,
  }
}

function withoutRepeats(scans: Iterable<Scan>): Iterable<Scan> {
  const byIdAndHash = new Map<string, Scan>()
  for (const scan of scans) byIdAndHash.set(`${scan.body.id}/${scan.hash}`, scan)
  return byIdAndHash.values()
}

/**
 * Keeps estimates in the order of their chain (TM6).
 *
 * Two scans of one device can be estimated by different means (TM5) and swap.
 * Their order is proven by the chain, so a bound of one bounds the other too,
 * and an estimate is never later than that of a later scan of the same chain.
 */
function timesAlongChains(timed: readonly TimedScan[]): ReadonlyMap<Scan, TimeEstimate> {
  const times = new Map<Scan, TimeEstimate>()
  for (const chain of chainsOf(timed)) {
    let loMs = -Infinity
    const raised = chain.map(({ scan, time }) => {
      loMs = Math.max(loMs, Math.min(time.loMs, time.hiMs))
      // A device that lies can cross its own bounds; then its scan keeps its own.
      return { scan, time: loMs <= time.hiMs ? { ...time, loMs } : time }
    })
    let next: TimeEstimate | null = null
    for (const { scan, time } of raised.toReversed()) {
      const hiMs: number =
        next && next.hiMs >= time.loMs ? Math.min(time.hiMs, next.hiMs) : time.hiMs
      const latestMs: number = Math.min(time.estimateMs, hiMs, next?.estimateMs ?? Infinity)
      next = { ...time, hiMs, estimateMs: Math.max(time.loMs, latestMs) }
      times.set(scan, next)
    }
  }
  return times
}

/** Scans of one device by number; quarantined ones prove nothing, and one alone needs nothing. */
function chainsOf(timed: readonly TimedScan[]): readonly (readonly TimedScan[])[] {
  const byDevice = groupBy(
    timed.filter(({ time }) => !time.quarantined),
    ({ scan }) => scan.body.device,
  )
  return [...byDevice.values()]
    .filter((chain) => chain.length > 1)
    .map((chain) => chain.sort(bySeq))
}

function bySeq(a: TimedScan, b: TimedScan): number {
  return a.scan.body.seq - b.scan.body.seq || (a.scan.hash < b.scan.hash ? -1 : 1)
}

/** Estimates by scan id; of two scans with one id the earlier in TM6 order. */
export function estimatesById(ordered: readonly TimedScan[]): ReadonlyMap<ScanId, TimeEstimate> {
  const estimates = new Map<ScanId, TimeEstimate>()
  for (const { scan, time } of ordered) {
    if (!estimates.has(scan.body.id)) estimates.set(scan.body.id, time)
  }
  return estimates
}
