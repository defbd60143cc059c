import type { Contact, DeviceId, Scan } from '@eventpass/domain'
import type { RulingRowKept } from '../central/rows.ts'
import { isHonest } from '../run/truth.ts'
import type { World } from '../run/world.ts'
import type { CentralKey, CentralState } from './central-state.ts'

/** Half a thousandth of drift on either side, as TM5 allows for. */
const driftMax = 200e-6

interface Timed {
  readonly scan: Scan
  readonly kept: RulingRowKept
  readonly fromMs: number
  readonly untilMs: number
}

/** What central believes of times, against the truth. */
export function checkTimes(world: World, state: CentralState): void {
  for (const key of state.keys.values()) {
    const timed = key.scans.flatMap((scan): Timed[] => {
      const [kept, truth] = [state.rulings.get(scan.hash), world.truth.scansByHash.get(scan.hash)]
      if (!kept || !truth || kept.id !== scan.body.id) return []
      return [{ scan, kept, ...truth.time }]
    })
    for (const one of timed) checkBounds(world, one)
    for (const one of timed) checkImplausible(world, state, key, one)
    checkOrder(world, state, key, timed)
    checkBarred(world, state, key)
  }
}

/** TM3: an honest scan lies within its bounds, and is not quarantined for its clocks. */
function checkBounds({ truth, violations, rare }: World, timed: Timed): void {
  const { scan, kept, fromMs, untilMs } = timed
  if (kept.quarantined && scan.quarantine === null) rare.add('clock_contradiction')
  if (!isHonest(truth, scan.body.device)) return
  if ((kept.loMs ?? -Infinity) > untilMs || (kept.hiMs ?? Infinity) < fromMs) {
    violations.push(
      `interval: ${scan.body.id} was made at ${fromMs}, outside of [${kept.loMs}, ${kept.hiMs}]`,
    )
  }
  const barred = scan.quarantine !== null && scan.quarantine !== 'clock'
  if (kept.quarantined && !barred) {
    violations.push(`honest: ${scan.body.id} is quarantined though its tablet was honest`)
  }
}

/** TM5: where a wall clock did not keep pace with true time, the latest possible time is taken. */
function checkImplausible(world: World, state: CentralState, key: CentralKey, timed: Timed): void {
  const { scan, kept } = timed
  const { device, seq } = scan.body
  if (world.truth.copied.has(device)) return
  const own = state.contacts.filter((contact) => contact.device === device)
  const before = most(
    own.filter(({ headSeq }) => headSeq < seq),
    ({ tiMs }) => tiMs,
  )
  const after = most(
    own.filter(({ headSeq }) => headSeq >= seq),
    ({ trMs }) => -trMs,
  )
  if (!before || !after || kept.quarantined || kept.hiMs === null || kept.loMs === null) return
  const alone = key.scans.filter(({ body }) => body.device === device).length === 1
  if (!alone || kept.hiMs - kept.loMs <= 2_001) return
  const [a, b] = [offsetOf(world, device, before), offsetOf(world, device, after)]
  if (a === null || b === null) return
  const roundTripsMs = before.trMs - before.tiMs + (after.trMs - after.tiMs)
  const allowedMs = roundTripsMs + 2 * driftMax * (after.trMs - before.tiMs) + 1_100
  if (Math.abs(b - a) <= allowedMs) return
  world.rare.add('implausible_clock')
  if (kept.estimateMs !== kept.hiMs) {
    world.violations.push(
      `latest: the clock of ${scan.body.id} is implausible, and it is put before its latest time`,
    )
  }
}

function most(contacts: readonly Contact[], by: (contact: Contact) => number): Contact | null {
  return contacts.reduce<Contact | null>(
    (best, next) => (best === null || by(next) > by(best) ? next : best),
    null,
  )
}

/** How far a device's wall clock truly was off at a contact. */
function offsetOf(
  { truth }: World,
  device: DeviceId,
  contact: { readonly epoch: number; readonly monoMs: number; readonly wallMs: number },
): number | null {
  const time = truth.timeOf(device, contact)
  return time ? contact.wallMs - (time.fromMs + time.untilMs) / 2 : null
}

/** TM6, TM7: the first by what is kept of each wins; and is the truly first where that can be proven. */
function checkOrder(
  world: World,
  state: CentralState,
  key: CentralKey,
  timed: readonly Timed[],
): void {
  const { truth, violations, rare } = world
  if (key.list.counting !== 'once') return
  const rivals = timed.filter(
    ({ scan, kept }) =>
      scan.body.act === 'entry' && !scan.body.forced && kept.ruling.kind !== 'voided',
  )
  const winner = rivals.find(({ kept }) => kept.ruling.kind === 'confirmed')
  if (!winner || rivals.length < 2) return
  rare.add(rivals.length > 2 ? 'three_way_double' : 'double_admission')
  for (const rival of rivals) {
    if (rival === winner) continue
    const [a, b] = [winner, rival]
    if (a.kept.estimateMs === b.kept.estimateMs) rare.add('tie_of_estimates')
    if (compare(state, a, b) > 0 && a.kept.hiMs !== null && b.kept.hiMs !== null) {
      violations.push(`order: ${a.scan.body.id} wins over ${b.scan.body.id}, which comes first`)
    }
    const isProven = (a.kept.hiMs ?? Infinity) < (b.kept.loMs ?? -Infinity)
    const isReversed = (b.kept.hiMs ?? Infinity) < (a.kept.loMs ?? -Infinity)
    if (!isProven && !isReversed) rare.add('order_uncertain')
    const honest = isHonest(truth, a.scan.body.device) && isHonest(truth, b.scan.body.device)
    const quarantined = a.kept.quarantined || b.kept.quarantined
    if (honest && !quarantined && (isReversed || (isProven && a.fromMs > b.untilMs))) {
      violations.push(`order: ${a.scan.body.id} wins, and ${b.scan.body.id} was provably earlier`)
    }
  }
}

/** By what central kept: quarantine, estimate, device number, number in the chain. */
function compare({ devices }: CentralState, a: Timed, b: Timed): number {
  const no = ({ scan }: Timed) => devices.get(scan.body.device)?.no ?? 0
  return (
    Number(a.kept.quarantined) - Number(b.kept.quarantined) ||
    a.kept.estimateMs - b.kept.estimateMs ||
    no(a) - no(b) ||
    a.scan.body.seq - b.scan.body.seq
  )
}

/** TM8: what a device scanned beyond the head at which it was revoked, or from a fork on, never wins. */
function checkBarred(world: World, state: CentralState, key: CentralKey): void {
  for (const { body, quarantine } of key.scans) {
    const device = state.devices.get(body.device)
    if (!device) continue
    const isLate = device.retiredHeadSeq !== null && body.seq > device.retiredHeadSeq
    const isForked = device.forkSeq !== null && body.seq >= device.forkSeq
    if (isLate) world.rare.add('late_scans_after_revocation')
    if (quarantine !== null || (!isLate && !isForked)) continue
    const why = isLate ? 'came after its device was revoked' : 'lies beyond a fork'
    world.violations.push(`barred: ${body.id} ${why} and counts in full`)
  }
}
