import { type EventId, fail, ok, type Result, type TenantId } from '@eventpass/domain'
import { classifyToken } from '@eventpass/token'
import {
  acceptClaim,
  type ClaimDeps,
  type Claimed,
  type ClaimRefused,
  hashClaim,
} from '../claims/accept-claim.ts'
import type { Claim } from '../claims/claim.ts'
import {
  type BadCode,
  badCode,
  type CodeDeps,
  type CodeRefused,
  claimByCode,
  type DeviceCode,
  hashStaffCode,
  mayGoOn,
  type StaffCode,
  scanForDevice,
  scanForStaff,
  tooMany,
  unknownPlace,
} from '../claims/scan-code.ts'
import { holdKeys } from '../manifest/hold-keys.ts'
import {
  type AwayRefused,
  type Failover,
  type FailoverDep,
  notKnownWhileAway,
  type Provisional,
  toProvisional,
} from './failover.ts'
import type { JournaledWork } from './journaled-work.ts'
import type { DeviceFact } from './known-callers.ts'

type What = 'scan' | 'gift'
type CodeOrJournal = Promise<
  Result<Claimed | BadCode | Provisional, ClaimRefused | CodeRefused | AwayRefused>
>
type Now = { readonly now: () => number }

/** `acceptClaim`, or its journal entry while the database is away (CL4). */
export async function claimOrJournal(
  deps: ClaimDeps & FailoverDep & Now,
  tenant: TenantId,
  claim: Claim,
  what: What,
): Promise<Result<Claimed | Provisional, ClaimRefused | AwayRefused>> {
  const { failover } = deps
  if (!failover) return acceptClaim(deps, tenant, claim, what)
  const tried = await failover.watch.attempt(() => acceptClaim(deps, tenant, claim, what))
  if (tried.done) return tried.value
  // Only the gate can verify the code that it has seen: without that nothing vouches for it.
  if (claim.code !== 'genuine') return fail(notKnownWhileAway)
  const at = await findDevice(failover, tenant, claim.device)
  return at.ok ? journalClaim(deps, failover, tenant, at.value, claim, what) : at
}

/** `scanForDevice`, or its journal entry: the code is verified all the same. */
export async function deviceCodeOrJournal(
  deps: CodeDeps & FailoverDep,
  tenant: TenantId,
  what: What,
  asked: DeviceCode,
): CodeOrJournal {
  const { failover } = deps
  if (!failover) return scanForDevice(deps, tenant, what, asked)
  const tried = await failover.watch.attempt(() => scanForDevice(deps, tenant, what, asked))
  if (tried.done) return tried.value
  if (!(await mayGoOn(deps, asked.device))) return fail(tooMany)
  const at = await findDevice(failover, tenant, asked.device)
  if (!at.ok) return at
  const token = await readCode(deps, failover, tenant, at.value.event, asked.qr)
  if (!token) return fail(notKnownWhileAway)
  if (token.kind !== 'genuine') return ok(badCode(token))
  const claim = claimByCode(asked, at.value, token.digest)
  return journalClaim(deps, failover, tenant, at.value, claim, what)
}

/** `scanForStaff`, or its journal entry; central chains its scan when it is replayed. */
export async function staffCodeOrJournal(
  deps: CodeDeps & FailoverDep,
  tenant: TenantId,
  who: string,
  what: What,
  asked: StaffCode,
): CodeOrJournal {
  const { failover } = deps
  if (!failover) return scanForStaff(deps, tenant, who, what, asked)
  const { event, list, gate, op, qr } = asked
  const tried = await failover.watch.attempt(() => scanForStaff(deps, tenant, who, what, asked))
  if (tried.done) {
    failover.callers.noteEvent(tenant, event)
    return tried.value
  }
  if (!(await mayGoOn(deps, who))) return fail(tooMany)
  const known = await failover.callers.findEvent(tenant, event)
  if (!known) return fail(notKnownWhileAway)
  if (!known.lists.includes(list) || !known.gates.includes(gate)) return fail(unknownPlace)
  const token = await readCode(deps, failover, tenant, event, qr)
  if (!token) return fail(notKnownWhileAway)
  if (token.kind !== 'genuine') return ok(badCode(token))
  const { digest } = token
  const work: JournaledWork = { kind: 'desk', what, event, list, gate, op, digest }
  const askedHash = await hashStaffCode(deps, what, asked, digest)
  return write(deps, failover, tenant, `desk/${event}/${op}`, askedHash, work)
}

async function findDevice(
  { callers }: Failover,
  tenant: TenantId,
  device: Claim['device'],
): Promise<Result<DeviceFact, ClaimRefused | AwayRefused>> {
  const at = await callers.findDevice(tenant, device)
  if (!at) return fail(notKnownWhileAway)
  if (at.state === 'active') return ok(at)
  return fail({
    kind: 'device_revoked',
    message: 'This device may no longer claim. Its unsent scans can still be pushed.',
  })
}

/** Null where this node has not seen the event, and so cannot tell its codes. */
async function readCode(
  deps: CodeDeps,
  { callers }: Failover,
  tenant: TenantId,
  event: EventId,
  qr: string,
) {
  const known = await callers.findEvent(tenant, event)
  if (!known) return null
  const held = await holdKeys(deps, { findKeys: async () => known.kids }, { tenant, event })
  return classifyToken(deps.subtle, qr, { ...held, otherTags: new Set(known.otherTags) })
}

async function journalClaim(
  deps: Pick<ClaimDeps, 'subtle'> & Now,
  failover: Failover,
  tenant: TenantId,
  { event }: DeviceFact,
  claim: Claim,
  what: What,
) {
  const { device, op, seq, epoch, list, gate, digest, code, answers, answered } = claim
  const confirmed = [...claim.confirmed]
  const asked = { device, op, seq, epoch, list, gate, digest, code, answers, confirmed, answered }
  const work: JournaledWork = { kind: 'claim', what, event, claim: asked }
  const askedHash = await hashClaim(deps, claim)
  return write(deps, failover, tenant, `claim/${device}/${op}`, askedHash, work)
}

async function write(
  { now }: Now,
  { journal }: Failover,
  tenant: TenantId,
  key: string,
  askedHash: string,
  work: JournaledWork,
) {
  const entry = { tenant, key, askedHash, atMs: now(), work: JSON.stringify(work) }
  return toProvisional(await journal.append(entry))
}
