import {
  assert,
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
import {
  type ClaimFacts,
  type ClaimStepsDep,
  type ClaimStore,
  type ForetoldClaim,
  listOfClaim,
  type NewClaim,
} from './claim-store.ts'
import { decideClaim } from './decide-claim.ts'
import { foretellClaim } from './foretell-claim.ts'

/** Each try sees what beat the one before; whoever is beaten so often asks again under the same op. */
const triesMax = 8

export interface ClaimDeps extends Pick<PlatformDep, 'subtle'>, ShedDep, ClaimStepsDep {
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
 * Claims an admission, or a gift, for a device: the op, the grant and its outbox row in one transaction.
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
  const foretold = what === 'scan' ? foretellOf(deps, tenant, claim) : null
  const reading = foretold ? null : deps.claimSteps.readFacts(tenant, claim)
  // While it waits: whatever is granted before its turn, the write is judged by the index.
  const turn = deps.shed.enter(`${claim.list}/${claim.digest}`)
  try {
    const askedHash = await hashClaim(deps, claim)
    // The commonest claim waits for nobody: whoever comes second to its code, here or elsewhere, does.
    const claimed = foretold && (await claimAsForetold(deps, tenant, { ...foretold, askedHash }))
    if (claimed) return claimed
    const read = await reading
    await turn
    const facts = reading ? read : await deps.claimSteps.readFacts(tenant, claim)
    const written = await claimByOneWrite(deps, tenant, claim, facts, what, askedHash)
    if (written) return written
    return await deps.tx(tenant, async ({ claims }) => {
      const claimed = await claimWithin(claims, claim, what, askedHash)
      return claimed.ok ? ok(claimed.value.claimed) : claimed
    })
  } finally {
    void turn.then((leave) => leave())
  }
}

function foretellOf(
  { claimSteps }: ClaimStepsDep,
  tenant: TenantId,
  claim: Claim,
): Omit<ForetoldClaim, 'askedHash'> | null {
  const place = claimSteps.recall(tenant, claim)
  const answers = place && foretellClaim(place, claim)
  return place && answers && { claim, place, answers }
}

/** The commonest claim: one statement that looks and writes. Null where anything is not as it was foretold. */
async function claimAsForetold(
  { claimSteps }: ClaimStepsDep,
  tenant: TenantId,
  foretold: ForetoldClaim,
): Promise<Result<Claimed, ClaimRefused> | null> {
  const facts = await claimSteps.insertForetold(tenant, foretold)
  if (!facts) return null
  const { answer } = decideClaim(facts, foretold.claim)
  assert(answer.outcome === 'accepted', 'what was foretold is what is decided')
  return ok({ ...answer, ticket: facts.ticket })
}

/**
 * The common claim: one write, judged by the unique index, and no transaction around it and what was
 * read. Null where that is not enough, or somebody was quicker.
 */
async function claimByOneWrite(
  { claimSteps }: ClaimStepsDep,
  tenant: TenantId,
  claim: Claim,
  facts: ClaimFacts | null,
  what: 'scan' | 'gift',
  askedHash: string,
): Promise<Result<Claimed, ClaimRefused> | null> {
  const told = tellWithoutWriting(facts, what, askedHash)
  if (told) return told.ok ? ok(told.value.claimed) : told
  if (!facts || facts.fenceDue || facts.stock !== null || !isOnce(facts, claim)) return null
  const { answer, takesOver } = decideClaim(facts, claim)
  if (takesOver) return null
  if (!(await claimSteps.insert(tenant, toRow(facts, claim, askedHash, answer)))) return null
  return ok({ ...answer, ticket: facts.ticket })
}

interface WithFacts {
  readonly claimed: Claimed
  /** What it was decided by; null where the op was told before and is only told again. */
  readonly facts: ClaimFacts | null
}

/** The same within a transaction that does more. */
export async function claimWithin(
  claims: ClaimStore,
  claim: Claim,
  what: 'scan' | 'gift',
  askedHash: string,
): Promise<Result<WithFacts, ClaimRefused>> {
  let locked = false
  for (let tries = 0; tries < triesMax; tries += 1) {
    const facts = await claims.readFacts(claim)
    const told = tellWithoutWriting(facts, what, askedHash)
    if (told) return told
    assert(facts, 'whoever is not told has facts')
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

/** What is told without anything being granted or written; null where a claim is to be decided. */
function tellWithoutWriting(
  facts: ClaimFacts | null,
  what: 'scan' | 'gift',
  askedHash: string,
): Result<WithFacts, ClaimRefused> | null {
  if (!facts) return fail(unknownDevice)
  if (facts.earlier) {
    if (facts.earlier.askedHash !== askedHash) return fail(opReused)
    return ok({ claimed: { ...facts.earlier.answer, ticket: facts.ticket }, facts: null })
  }
  if (facts.device.state !== 'active') return fail(mayNotClaim)
  if (what === 'gift' && facts.stock === null) return fail(giftNotFound)
  const { no, hub } = facts.authority
  return hub === null ? null : ok({ claimed: { outcome: 'ask_hub', authority: no, hub }, facts })
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
  const row = toRow(facts, claim, askedHash, answer)
  if (!(await claims.insert(row))) return null
  if (answer.outcome !== 'accepted' || !row.gift || (await claims.takeGift(row))) return answer

  // The last one went between reading and taking.
  const none = { total: 0, taken: 0 }
  const refused = decideClaim({ ...facts, stock: none }, claim).answer
  await claims.refuse(claim, refused)
  return refused
}

function toRow(
  { event, ticket, late, stock, authority }: ClaimFacts,
  claim: Claim,
  askedHash: string,
  answer: ClaimAnswer,
): NewClaim {
  const invitee = ticket?.invitee ?? null
  const row = { claim, event, authority: authority.no, askedHash, invitee, late, answer }
  return { ...row, gift: stock !== null }
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
