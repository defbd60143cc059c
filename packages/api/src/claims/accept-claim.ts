import {
  type DeviceId,
  fail,
  type ManifestTicket,
  ok,
  type Result,
  type TenantId,
} from '@eventpass/domain'
import type { PlatformDep } from '../platform.ts'
import { sha256Hex } from '../random-ids.ts'
import type { Claim, ClaimAnswer } from './claim.ts'
import type { ShedDep } from './claim-shed.ts'
import { type ClaimFacts, type ClaimStore, listOfClaim, type NewClaim } from './claim-store.ts'
import { decideClaim } from './decide-claim.ts'

/** Each try sees what beat the one before; whoever is beaten so often asks again under the same op. */
const triesMax = 8

export interface ClaimDeps extends Pick<PlatformDep, 'subtle'>, ShedDep {
  readonly tx: <T>(
    tenant: TenantId,
    work: (stores: { readonly claims: ClaimStore }) => Promise<T>,
  ) => Promise<T>
}

/** An answer with the row of whom it is about, or whom to ask instead. */
export type Claimed =
  | (ClaimAnswer & { readonly ticket: ManifestTicket | null })
  | { readonly outcome: 'ask_hub'; readonly authority: number; readonly hub: DeviceId }

export interface ClaimRefused {
  readonly kind: 'unknown_device' | 'device_revoked' | 'gift_not_found' | 'op_reused'
  readonly message: string
}

/**
 * Claims an admission, or a gift, for a device: decided and granted in one transaction.
 *
 * The same op asked again is told the same for good; with another question it is `op_reused`.
 * At most one claim of a slot stands, whoever decides what at the same time: the unique index
 * says so (CL1), and who lost decides again and is told by whom (CL2). No scan is written here.
 */
export async function acceptClaim(
  deps: ClaimDeps,
  tenant: TenantId,
  claim: Claim,
  what: 'scan' | 'gift',
): Promise<Result<Claimed, ClaimRefused>> {
  const askedHash = await hashClaim(deps, claim)
  const leave = await deps.shed.enter(`${claim.list}/${claim.digest}`)
  try {
    return await deps.tx(tenant, async ({ claims }) => {
      const claimed = await claimWithin(claims, claim, what, askedHash)
      return claimed.ok ? ok(claimed.value.claimed) : claimed
    })
  } finally {
    leave()
  }
}

/**
 * The same within a transaction that does more. `facts` are what it was decided by; null where the
 * op was told before and is only told again.
 */
export async function claimWithin(
  claims: ClaimStore,
  claim: Claim,
  what: 'scan' | 'gift',
  askedHash: string,
): Promise<Result<{ readonly claimed: Claimed; readonly facts: ClaimFacts | null }, ClaimRefused>> {
  let locked = false
  for (let tries = 0; tries < triesMax; tries += 1) {
    const facts = await claims.readFacts(claim)
    if (!facts) return fail(unknownDevice)
    if (facts.earlier) {
      if (facts.earlier.askedHash !== askedHash) return fail(opReused)
      return ok({ claimed: { ...facts.earlier.answer, ticket: facts.ticket }, facts: null })
    }
    if (facts.device.state !== 'active') return fail(mayNotClaim)
    if (what === 'gift' && facts.stock === null) return fail(giftNotFound)
    const { no, hub } = facts.authority
    if (hub !== null) return ok({ claimed: { outcome: 'ask_hub', authority: no, hub }, facts })

    if (facts.fenceDue) {
      await claims.fence(claim.device, claim.epoch, claim.seq - 1)
      continue
    }
    // What a list gives more than once is decided one after another: no index can tell its slots.
    const answer =
      locked || isOnce(facts, claim) ? await store(claims, facts, claim, askedHash) : null
    if (answer) return ok({ claimed: { ...answer, ticket: facts.ticket }, facts })
    if (!locked && facts.ticket) await claims.lockKey(claim.list, facts.ticket.invitee)
    locked = true
  }
  throw new Error(`The claim ${claim.op} was overtaken ${triesMax} times. Ask again with its id.`)
}

function isOnce(facts: ClaimFacts, claim: Claim): boolean {
  return listOfClaim(facts, claim)?.counting === 'once'
}

/** Null where a unique index refused it: somebody else was quicker, or the same op is here. */
async function store(
  claims: ClaimStore,
  facts: ClaimFacts,
  claim: Claim,
  askedHash: string,
): Promise<ClaimAnswer | null> {
  const { answer, takesOver } = decideClaim(facts, claim)
  if (takesOver && answer.outcome === 'accepted') await claims.takeOver(claim.device, takesOver.op)
  const gift = facts.stock !== null
  const { event, ticket, late } = facts
  const invitee = ticket?.invitee ?? null
  const { no: authority } = facts.authority
  const row: NewClaim = { claim, event, authority, askedHash, invitee, gift, late, answer }
  if (!(await claims.insert(row))) return null
  if (answer.outcome !== 'accepted' || !gift || (await claims.takeGift(row))) return answer

  // The last one went between reading and taking.
  const none = { total: 0, taken: 0 }
  const refused = decideClaim({ ...facts, stock: none }, claim).answer
  await claims.refuse(claim, refused)
  return refused
}

/** SHA-256 over what was asked; the order of the fields is fixed here. */
export function hashClaim(deps: Pick<PlatformDep, 'subtle'>, claim: Claim): Promise<string> {
  const { device, op, seq, epoch, list, gate, digest, code, answers, confirmed, answered } = claim
  const asked = [device, op, seq, epoch, list, gate, digest, code, answers, confirmed, answered]
  return sha256Hex(deps, JSON.stringify(asked))
}

const unknownDevice = {
  kind: 'unknown_device',
  message: 'This device is not paired here. Pair it anew.',
} as const
const giftNotFound = {
  kind: 'gift_not_found',
  message: 'The event of this device has no such gift. Pull its lists anew.',
} as const
const mayNotClaim = {
  kind: 'device_revoked',
  message: 'This device may no longer claim. Its unsent scans can still be pushed.',
} as const
const opReused = {
  kind: 'op_reused',
  message: 'This id asked for something else before. Ask with a new one.',
} as const
