import {
  type Digest,
  type EventId,
  fail,
  type GateId,
  type ListId,
  ok,
  type Result,
  type ScanId,
  type TenantId,
  type TokenFacts,
} from '@eventpass/domain'
import { classifyToken } from '@eventpass/token'
import type { LimitsDep } from '../limits/rate-limiter.ts'
import { holdKeys } from '../manifest/hold-keys.ts'
import type { KeyDeps } from '../manifest/wrap-keys.ts'
import type { NodeDep } from '../node.ts'
import type { PlatformDep } from '../platform.ts'
import { randomUuid, sha256Hex } from '../random-ids.ts'
import type { TenancyDep, TenantTx } from '../tenancy/tenancy.ts'
import { type Claimed, type ClaimRefused, claimWithin, hashClaim } from './accept-claim.ts'
import { chainDeskScan, deskEpoch } from './chain-desk-scan.ts'
import type { Claim } from './claim.ts'
import type { Desk } from './desk-store.ts'

/** Of one client: more than any turnstile lets through. */
const codesPerMinuteMax = 600

export type CodeDeps = TenancyDep & PlatformDep & KeyDeps & LimitsDep & Pick<NodeDep, 'node'>

/** A text that is no genuine code of the event: nothing was claimed, and nothing is recorded of it. */
export interface BadCode {
  readonly outcome: 'bad_code'
  readonly reason: Exclude<TokenFacts['kind'], 'genuine' | 'unverified' | 'by_name'>
}

export interface CodeRefused {
  readonly kind: 'too_many_attempts' | 'unknown_place'
  readonly message: string
}

export type CodeAnswer = Result<Claimed | BadCode, ClaimRefused | CodeRefused>

/** What a device says beside the code: as `Claim`, its place only where it is not the one it stands at. */
export interface DeviceCode extends Pick<Claim, 'device' | 'op' | 'seq' | 'epoch'> {
  readonly qr: string
  readonly list: ListId | null
  readonly gate: GateId | null
}

/** Claims by the code itself for a device that speaks plain HTTP; it chains and pushes its scan itself. */
export async function scanForDevice(
  deps: CodeDeps,
  tenant: TenantId,
  what: 'scan' | 'gift',
  asked: DeviceCode,
): Promise<CodeAnswer> {
  const { device } = asked
  if (!(await mayGoOn(deps, device))) return fail(tooMany)
  return deps.tx(tenant, async (tx) => {
    const at = await tx.manifest.getDevice(device)
    if (!at) return fail({ kind: 'unknown_device', message: 'This device is not paired here.' })
    const token = await readCode(deps, tx, at.event, asked.qr)
    if (token.kind !== 'genuine') return ok(badCode(token))
    const claim = claimByCode(asked, at, token.digest)
    const claimed = await claimWithin(tx.claims, claim, what, await hashClaim(deps, claim))
    return claimed.ok ? ok(claimed.value.claimed) : claimed
  })
}

/** What a device claims by a code that it showed to central: where it stands, unless it says otherwise. */
export function claimByCode(
  { device, op, seq, epoch, list, gate }: DeviceCode,
  at: { readonly list: ListId; readonly gate: GateId },
  digest: Digest,
): Claim {
  const place = { list: list ?? at.list, gate: gate ?? at.gate }
  return { device, op, seq, epoch, ...place, ...asSeen(digest) }
}

/** What a member of staff says beside the code. */
export interface StaffCode {
  readonly event: EventId
  readonly qr: string
  readonly list: ListId
  readonly gate: GateId
  /** The scan's id, and the key of asking again. */
  readonly op: ScanId
}

/** Claims for staff without a tablet: central chains the scan, refused or not, as a device of its own. */
export async function scanForStaff(
  deps: CodeDeps,
  tenant: TenantId,
  who: string,
  what: 'scan' | 'gift',
  asked: StaffCode,
): Promise<CodeAnswer> {
  if (!(await mayGoOn(deps, who))) return fail(tooMany)
  const { event, list, gate } = asked
  return deps.tx(tenant, async (tx) => {
    const desk = await tx.desks.lockDesk(event, { id: randomUuid(deps), list, gate })
    if (!desk) return fail(unknownPlace)
    const token = await readCode(deps, tx, event, asked.qr)
    if (token.kind !== 'genuine') return ok(badCode(token))
    return claimAtDesk(deps, tx, desk, what, asked, token.digest)
  })
}

/**
 * Claims a code at central's desk and chains what was shown of it, unless it was told before.
 *
 * `provisionalMsAgo` is how long ago it was told `provisional`, whatever is decided now: staff were
 * left to let the person in, so that an admit is chained, by signature alone.
 */
export async function claimAtDesk(
  deps: Pick<CodeDeps, 'subtle' | 'node'>,
  tx: TenantTx,
  desk: Desk,
  what: 'scan' | 'gift',
  asked: Omit<StaffCode, 'qr'>,
  digest: Digest,
  provisionalMsAgo: number | null = null,
): Promise<Result<Claimed, ClaimRefused>> {
  const { op, list, gate } = asked
  const place = { device: desk.id, op, list, gate }
  const claim = { ...place, seq: desk.throughSeq + 1, epoch: deskEpoch, ...asSeen(digest) }
  const askedHash = await hashStaffCode(deps, what, asked, digest)
  const claimed = await claimWithin(tx.claims, claim, what, askedHash)
  if (!claimed.ok) return claimed
  const { facts, claimed: answer } = claimed.value
  if (facts && answer.outcome !== 'ask_hub') {
    const { kind: verdict } = await chainDeskScan(
      deps,
      tx,
      desk,
      claim,
      facts,
      answer,
      provisionalMsAgo,
    )
    const scan = { seq: claim.seq, id: op, act: 'entry', verdict, target: null } as const
    await tx.claims.settle(desk.id, [{ ...scan, quarantined: false }])
  }
  return ok(answer)
}

/** SHA-256 over what staff asked: another question under the same op is refused. */
export function hashStaffCode(
  deps: Pick<PlatformDep, 'subtle'>,
  what: 'scan' | 'gift',
  { event, list, gate }: Pick<StaffCode, 'event' | 'list' | 'gate'>,
  digest: Digest,
): Promise<string> {
  return sha256Hex(deps, JSON.stringify([what, event, list, gate, digest]))
}

/** A code as central itself saw it, with nothing confirmed about it. */
function asSeen(digest: Digest) {
  return { digest, code: 'genuine', answers: null, confirmed: [], answered: false } as const
}

async function readCode(
  deps: KeyDeps,
  { manifest, pairing, tenant }: Pick<TenantTx, 'manifest' | 'pairing' | 'tenant'>,
  event: EventId,
  qr: string,
): Promise<TokenFacts> {
  const held = await holdKeys(deps, manifest, { tenant, event })
  const { otherTags } = await pairing.readEvent(event)
  return classifyToken(deps.subtle, qr, { ...held, otherTags: new Set(otherTags) })
}

export function badCode({ kind }: TokenFacts): BadCode {
  return { outcome: 'bad_code', reason: kind as BadCode['reason'] }
}

export function mayGoOn({ limits }: LimitsDep, client: string): Promise<boolean> {
  return limits.take(`code:${client}`, codesPerMinuteMax, 60_000)
}

export const tooMany = {
  kind: 'too_many_attempts',
  message: `At most ${codesPerMinuteMax} codes a minute from one client. Wait, then go on.`,
} as const
export const unknownPlace = {
  kind: 'unknown_place',
  message: 'This event has no such list, gift or gate. Name ids of this event.',
} as const
