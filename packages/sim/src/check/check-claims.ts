import { groupBy } from '@eventpass/domain'
import type { ClaimRow, GiftLogRow, GiftRow, ScanRow } from '../central/rows.ts'
import type { World } from '../run/world.ts'
import type { CentralState } from './central-state.ts'

/** CL1, CL5, CL6: what was granted, what became of it, and what there is left to give. */
export function checkClaims(world: World, state: CentralState): void {
  const claims = world.central.database.rows<ClaimRow>('claims')
  checkGrants(world, claims)
  checkAnswers(world, claims)
  checkFates(world, state, claims)
  checkShown(world, state, claims)
  checkStock(world, state)
}

function isAccepted({ answer }: ClaimRow): boolean {
  return answer.outcome === 'accepted'
}

/** CL1: of a slot of one authority, and of a gift an invitee, at most one accepted claim stands. */
function checkGrants({ violations }: World, claims: readonly ClaimRow[]): void {
  const standing = claims.filter((claim) => isAccepted(claim) && claim.voidedMs === null)
  const slots = groupBy(
    standing,
    ({ list, invitee, authority, slot, gift }) =>
      `${list}/${invitee} of authority ${authority}, ${gift ? 'the gift' : `slot ${slot}`}`,
  )
  for (const [slot, rows] of slots) {
    if (rows.length > 1) violations.push(`claims: ${rows.length} accepted claims stand on ${slot}`)
  }
}

/** CL1, LG7: whoever was told something finds it on its op for good, and is told the same again. */
function checkAnswers({ central, truth, violations }: World, claims: readonly ClaimRow[]): void {
  const rows = new Map(claims.map((row) => [`${row.device}/${row.op}`, row]))
  const first = new Map<string, string>()
  for (const { incarnation, name, outcome } of truth.claimAnswers) {
    // A database that was restored has forgotten what it said since.
    if (incarnation !== central.incarnation()) continue
    const before = first.get(name) ?? outcome
    first.set(name, before)
    if (before !== outcome) violations.push(`claims: ${name} was told ${before}, then ${outcome}`)
    const kept = rows.get(name)?.answer.outcome
    if (kept !== outcome)
      violations.push(`claims: ${name} was told ${outcome}, and ${kept} is kept`)
  }
}

/** CL6, CL7: an admit keeps its claim; another verdict, another scan, or a life that never came to it voids it. */
function checkFates(world: World, state: CentralState, claims: readonly ClaimRow[]): void {
  const { rare, truth, violations } = world
  const links = groupBy(state.scans, ({ device, seq }) => `${device}/${seq}`)
  for (const claim of claims.filter(isAccepted)) {
    const { device, op, seq, voidedBy } = claim
    rare.add(claim.gift ? 'gift_claimed' : 'claim_accepted')
    if (voidedBy === 'scan') rare.add('claim_voided_by_its_scan')
    if (voidedBy === 'fence') rare.add('claim_fenced')
    if (voidedBy === 'undone') rare.add('claim_undone')
    if (truth.copied.has(device)) continue
    const there = links.get(`${device}/${seq}`) ?? []
    const own = there.find(({ id }) => id === op)
    const isAdmit = own?.body?.act === 'entry' && own.body.verdict === 'admit'
    const isStanding = voidedBy === null
    if (isAdmit && !isStanding && voidedBy !== 'undone') {
      violations.push(`claims: ${op} was shown as admitted and is voided by ${voidedBy}`)
    }
    if (isAdmit && isStanding && claim.settledMs === null) {
      violations.push(`claims: ${op} was admitted, and its claim waits for that still`)
    }
    if (there.length > 0 && !isAdmit && isStanding) {
      violations.push(`claims: ${op} stands, and what was scanned there is ${own?.body?.verdict}`)
    }
    if (there.length === 0 && isStanding && isPast(state, claim)) {
      violations.push(`claims: ${op} stands, and its device lives on without it`)
    }
  }
  for (const claim of claims) if (claim.answer.outcome === 'taken') rare.add('claim_taken')
}

/** Whether its device reported a later life at a number before it. */
function isPast({ direct }: CentralState, { device, epoch, seq }: ClaimRow): boolean {
  return direct.some((one) => one.device === device && one.epoch > epoch && one.headSeq < seq)
}

/** What a gate shows as central's yes, central granted. */
function checkShown(
  { truth, violations, rare }: World,
  { scans }: CentralState,
  claims: readonly ClaimRow[],
): void {
  const granted = new Set(claims.filter(isAccepted).map(({ device, op }) => `${device}/${op}`))
  for (const { body, device, hash } of scans) {
    if (body?.verdict !== 'admit') continue
    const isGranted = granted.has(`${device}/${body.id}`)
    if (body.tier === 'replica' && isGranted) rare.add('claim_answer_unheard')
    if (body.tier !== 'central' || isGranted || truth.isForgotten(hash)) continue
    violations.push(`claims: ${body.id} shows central's yes, which it never gave`)
  }
}

/** GF2, CL5: what is taken is what stands in the log; beyond the stock there is one incident, and none otherwise. */
function checkStock({ central, rare, violations }: World, state: CentralState): void {
  const { rows } = central.database
  const logs = rows<GiftLogRow>('giftLogs')
  for (const { id, stock, taken } of rows<GiftRow>('gifts')) {
    const own = logs.filter(({ gift }) => gift === id)
    const standing = own.filter(({ voidedMs }) => voidedMs === null)
    if (standing.length !== taken) {
      violations.push(`stock: ${taken} are counted as taken, and ${standing.length} are logged`)
    }
    const open = state.incidents.filter(
      ({ kind, status }) => kind === 'over_stock' && status === 'open',
    )
    const ruled = handOutsOf(state, id).length
    const isOver = stock !== null && taken > stock && ruled > stock
    if (isOver) rare.add('over_stock')
    if (open.length !== (isOver ? 1 : 0)) {
      violations.push(
        `stock: ${taken} of ${stock} are gone, ${ruled} scanned, and ${open.length} incidents are open`,
      )
    }
  }
}

function handOutsOf({ scans, rulings }: CentralState, gift: string): readonly ScanRow[] {
  return scans.filter(({ body, hash }) => {
    const ruling = rulings.get(hash)?.ruling
    return body?.list === gift && ruling !== undefined && ruling.kind !== 'voided'
  })
}
