import type { KeyOutcome, ScanId } from '@eventpass/domain'
import type { Random } from '../kernel/random.ts'
import type { World } from '../run/world.ts'
import { type CentralKey, type CentralState, ruleAnew } from './central-state.ts'
import { isToldAlone } from './find-broken.ts'

/** What central ruled scan by scan is what the whole set says at once, dealt in another order (LG1, LG3). */
export function checkRulings(world: World, state: CentralState, random: Random): void {
  const { violations } = world
  for (const key of state.keys.values()) {
    const outcome = ruleAnew(state, key, random)
    const admits = key.scans.filter(({ body }) => body.verdict === 'admit' && body.act !== 'void')
    for (const scan of admits) {
      const [kept, ruling] = [state.rulings.get(scan.hash), outcome.rulings.get(scan.body.id)]
      const time = outcome.estimates.get(scan.body.id)
      const told = JSON.stringify(kept?.ruling)
      if (told !== JSON.stringify(ruling)) {
        violations.push(
          `rulings: ${scan.body.id} is ${told} and should be ${JSON.stringify(ruling)}`,
        )
      }
      // A key with one admit is not ruled again when a contact narrows it (LG8).
      // Nor is one that a copy of a tablet contradicts: its scans never win, whatever their bounds.
      if (admits.length < 2 || !kept || !time || world.truth.copied.has(scan.body.device)) continue
      if (kept.loMs !== finite(time.loMs) || kept.hiMs !== finite(time.hiMs)) {
        violations.push(
          `rulings: ${scan.body.id} is kept in [${kept.loMs}, ${kept.hiMs}] and lies in [${time.loMs}, ${time.hiMs}]`,
        )
      }
    }
    checkAdmission(world, state, key, outcome)
    checkDoubles(world, state, key)
  }
}

function checkAdmission(
  world: World,
  state: CentralState,
  key: CentralKey,
  outcome: KeyOutcome,
): void {
  const row = state.admissions.get(key.name)
  const counted = key.scans.some(({ body }) => body.verdict === 'admit')
  if (!counted) return
  if (row?.people !== outcome.people || row.inside !== outcome.inside) {
    world.violations.push(
      `counts: ${key.name} has ${row?.people} people and should have ${outcome.people}`,
    )
  }
}

/**
 * LG3 from the bare ledger: a list that counts once has one open incident where two or more unforced
 * entries stand, naming all of them, and none otherwise.
 */
function checkDoubles(world: World, state: CentralState, key: CentralKey): void {
  if (key.list.counting !== 'once') return
  const standing = new Set<ScanId>(
    key.scans.flatMap(({ body, hash }) => {
      const isEntry = body.act === 'entry' && body.verdict === 'admit' && !body.forced
      return isEntry && state.rulings.get(hash)?.ruling.kind !== 'voided' ? [body.id] : []
    }),
  )
  const open = state.incidents.filter(
    ({ kind, list, invitee, status }) =>
      kind === (key.list.gives === 'gift' ? 'double_gift' : 'double_admission') &&
      list === key.list.id &&
      invitee === key.invitee &&
      status === 'open',
  )
  if (standing.size > 1 && key.list.gives === 'gift') world.rare.add('double_gift')
  const named = new Set(open.flatMap(({ scans }) => scans))
  // Whoever was told something and whose scan is not here counts as if it had come (CL4).
  const told = [...named].filter((id) =>
    isToldAlone(world.central.database, world.truth.promised, id),
  )
  const counted = new Set([...standing, ...told])
  const isNamed = named.size === counted.size && [...standing].every((id) => named.has(id))
  if (counted.size > 1 ? open.length !== 1 || !isNamed : open.length > 0) {
    world.violations.push(
      `doubles: ${key.name} has ${standing.size} standing entries and ${open.length} open incidents`,
    )
  }
}

function finite(ms: number): number | null {
  return Number.isFinite(ms) ? ms : null
}
