import {
  assert,
  decide,
  type EarlierUse,
  type KnownUse,
  type ScanId,
  type TicketId,
  type TokenFacts,
} from '@eventpass/domain'
import type { Claim, ClaimAnswer, ClaimVerdict, TakenBy } from './claim.ts'
import { type ClaimFacts, listOfClaim, type StandingClaim } from './claim-store.ts'

/** What to answer, and which claim of the same device makes room for it. */
export interface DecidedClaim {
  readonly answer: ClaimAnswer
  readonly takesOver: StandingClaim | null
}

/**
 * Decides a claim by central's facts with the code that gates decide with (DC1).
 *
 * What was claimed counts as used, whether its scan came already or not. The one exception is a
 * claim of the asking device that it cannot have shown an admit for: the new one takes it over.
 */
export function decideClaim(facts: ClaimFacts, claim: Claim): DecidedClaim {
  const takesOver = facts.claims.find((standing) => isAbandoned(standing, claim)) ?? null
  const held = facts.claims.filter((standing) => standing !== takesOver)
  const {
    kind,
    notice: _,
    ...rest
  } = decide({
    token: tokenOf(facts, claim),
    ticket: facts.ticket,
    // A claim that comes after its own scan is no rival of itself.
    uses: [...held.map((standing) => toUse(standing, claim)), ...usesOf(facts, held)].filter(
      ({ scan }) => scan !== claim.op,
    ),
    frame: facts.frame,
    list: claim.list,
    gate: claim.gate,
    role: facts.device.role,
    act: 'entry',
    force: null,
    answer: claim.answered ? 'answered at the gate' : null,
    // What has no row has no slot to claim: whether it comes in is the gate's to record.
    answering: facts.ticket &&
      claim.answers && {
        scan: claim.answers,
        digest: claim.digest,
        list: claim.list,
        act: 'entry',
        confirmed: claim.confirmed,
      },
    // Whether a companion vouches is the gate's to know: it alone asks what its policy says of names.
    voucher: null,
    secondPerson: false,
    justHere: null,
    now: { loMs: facts.nowMs, hiMs: facts.nowMs },
    tier: 'central',
    replicaAgeMs: 0,
    revision: facts.revision,
    giftsLeft: giftsLeft(facts),
  })
  assert(kind !== 'just_admitted', 'central knows nothing of what a gate has just shown')
  const verdict = { ...rest, kind }
  return { answer: toAnswer(facts, claim, verdict, held), takesOver }
}

/**
 * A device has one intent open at a time. It gave up a claim that it never settled if it is in a later
 * life, or asks for another scan at that very number; an intent of an earlier life came late itself.
 */
function isAbandoned(standing: StandingClaim, claim: Claim): boolean {
  if (standing.device !== claim.device || standing.settled || standing.op === claim.op) return false
  if (standing.epoch > claim.epoch) return false
  return standing.epoch < claim.epoch || standing.seq === claim.seq
}

function toAnswer(
  facts: ClaimFacts,
  claim: Claim,
  verdict: ClaimVerdict,
  held: readonly StandingClaim[],
): ClaimAnswer {
  const { no: authority } = facts.authority
  const decided = { authority, verdict }
  if (verdict.kind === 'admit') {
    return {
      ...decided,
      outcome: 'accepted',
      slot: nextSlot(facts, claim, held),
      atMs: facts.nowMs,
    }
  }
  const by = verdict.reason === 'used' ? takenBy(facts, verdict.earlier) : null
  return by ? { ...decided, outcome: 'taken', by } : { ...decided, outcome: 'refused' }
}

/** A list that counts once has one slot; others count on, so that no number is ever given anew (EN3). */
function nextSlot(facts: ClaimFacts, claim: Claim, held: readonly StandingClaim[]): number {
  if (listOfClaim(facts, claim)?.counting === 'once') return 1
  return Math.max(0, ...held.map(({ slot }) => slot)) + 1
}

function takenBy(facts: ClaimFacts, earlier: EarlierUse | null): TakenBy | null {
  if (!earlier) return null
  const { scan, gate, atMs } = earlier
  const device =
    facts.claims.find(({ op }) => op === scan)?.deviceLabel ??
    facts.uses.find((use) => use.scan === scan)?.device
  const gateName = facts.frame.gates.find(({ id }) => id === gate)?.name ?? null
  return { scan, device: device ?? '', gate, gateName, atMs }
}

/**
 * Granted scans as they are told to decide. Whatever names a claim that stands undid nothing, such as a
 * void of a device that was revoked before: one that counts ends the claim.
 */
function usesOf({ uses }: ClaimFacts, held: readonly StandingClaim[]): readonly KnownUse[] {
  const standing = new Set<ScanId | null>(held.map(({ op }) => op))
  return uses.flatMap((use) => {
    if (use.act === 'void' && standing.has(use.target)) return []
    return [
      standing.has(use.scan) && use.ruling?.kind === 'voided' ? { ...use, ruling: null } : use,
    ]
  })
}

function toUse({ op, gate, atMs }: StandingClaim, { list }: Claim): KnownUse {
  return { scan: op, list, gate, act: 'entry', forced: false, target: null, atMs, ruling: null }
}

/** Central sees no code here, only its digest: the device says how it knows it. */
function tokenOf({ ticket }: ClaimFacts, { code, digest }: Claim): TokenFacts {
  if (code === 'by_name') return { kind: code, digest }
  const { kid, ticketId } = ticket ?? { kid: 0, ticketId: '' as TicketId }
  return { kind: code, digest, kid, ticketId }
}

function giftsLeft({ stock }: ClaimFacts): number | null {
  return stock === null || stock.total === null ? null : stock.total - stock.taken
}
