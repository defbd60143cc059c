import { deriveSlots } from '../entries/slots.ts'
import type { ManifestTicket, Policy } from '../manifest.ts'
import type { Reason, Verdict } from '../verdict.ts'
import { checkAge, checkQuestion, isBlank } from './ask-checks.ts'
import type { DecideInput, JustHere } from './decide-input.ts'
import { type Case, type Check, type Finding, refuse } from './finding.ts'
import { checkGift } from './gift-check.ts'
import { isJustAdmitted } from './just-admitted.ts'
import { standingUses } from './known-uses.ts'
import { checkListRules } from './list-rules.ts'
import { readList, readPolicy } from './read-frame.ts'
import {
  checkBlocked,
  checkByName,
  checkCategory,
  checkGeneration,
  checkListed,
  checkPayment,
  checkReadable,
  mayChoose,
} from './ticket-checks.ts'
import { checkUsed } from './use-check.ts'
import { isVouched } from './vouching.ts'
import { checkWindows } from './window-check.ts'

/** In the order in which the first that fails is the reason (DC1). The token itself is looked at before. */
const checks: readonly Check[] = [
  checkListed,
  checkByName,
  checkGeneration,
  checkBlocked,
  checkPayment,
  checkReadable,
  checkCategory,
  checkWindows,
  checkListRules,
  checkUsed,
  checkGift,
  checkAge,
  checkQuestion,
]

/** What a supervisor may insist on (DC7): never an unknown or forged code, never a rule. */
const forceable: ReadonlySet<Reason> = new Set([
  'revoked',
  'blocked',
  'cancelled',
  'outside_window',
  'clock_unsure',
  'used',
])

/**
 * Decides one attempt to come in or go out.
 *
 * Pure, synchronous and total: the same facts give the same verdict on a gate, a
 * hub and central (DC1), and facts that cannot be read refuse (DC4). What
 * refuses speaks before what merely asks, since nobody should be asked to
 * confirm what is refused anyhow; among each, the first in order is the reason.
 */
export function decide(input: DecideInput): Verdict {
  const { token } = input
  if (token.kind !== 'genuine' && token.kind !== 'unverified' && token.kind !== 'by_name') {
    return toVerdict(input, null, 'refuse', refuse(token.kind))
  }
  // A row of another code would be let in by this one: such facts are as good as no row.
  const ticket = input.ticket?.digest === token.digest ? input.ticket : null
  if (isJustAdmitted(input)) return justAdmitted(input, ticket, input.justHere)

  const list = readList(input.frame, input.list)
  const uses = standingUses(input.uses, input.list)
  const facts: Case = {
    input,
    ticket,
    list,
    policy: readPolicy(input.frame),
    uses,
    slots: deriveSlots(uses, list.counting),
    supervisor: input.role === 'supervisor' || input.force?.pinOk === true,
  }
  return settle(facts)
}

/** Weighs what the checks found against force, confirmations and the answer. */
function settle(facts: Case): Verdict {
  const { input, ticket } = facts
  const findings = checks.map((check) => check(facts)).filter((finding) => finding !== null)
  const confirmed = findings.filter((finding) => isConfirmed(finding, facts))
  const against = findings.filter((finding) => !confirmed.includes(finding))
  const rescued = isForce(input) ? against.filter(({ reason }) => forceable.has(reason)) : []
  const standing = against.filter((finding) => !rescued.includes(finding))

  const refusal = standing.find(({ effect }) => effect === 'refuse')
  if (refusal) return toVerdict(input, ticket, 'refuse', refusal)

  const [open] = standing
  if (open) {
    const question = checkQuestion(facts) ? facts.list.question : null
    return { ...toVerdict(input, ticket, 'attention', open), question }
  }
  const because = rescued[0] ?? confirmed[0] ?? byName(facts)
  return { ...toVerdict(input, ticket, 'admit', because), forced: rescued.length > 0 }
}

/** A person who may said yes to just this, about just this code (DC1). A question wants its answer. */
function isConfirmed({ reason, effect }: Finding, facts: Case): boolean {
  const { answering, token, list, act } = facts.input
  if (effect === 'refuse' || reason === 'question' || answering === null) return false
  const sameMatter =
    answering.digest === token.digest && answering.list === list && answering.act === act
  return (
    sameMatter &&
    answering.confirmed.includes(reason) &&
    mayChoose(whoConfirms(reason, facts.policy), facts)
  )
}

function whoConfirms(reason: Reason, policy: Policy): Policy['unlisted'] {
  if (reason === 'unlisted') return policy.unlisted
  return reason === 'by_name' ? policy.byName : 'steward'
}

function isForce({ force }: DecideInput): boolean {
  return force !== null && force.pinOk === true && !isBlank(force.note)
}

function byName({ input, ticket }: Case): Finding | null {
  return input.token.kind === 'by_name' && !isVouched(input, ticket) ? refuse('by_name') : null
}

function justAdmitted(
  input: DecideInput,
  ticket: ManifestTicket | null,
  { use }: JustHere,
): Verdict {
  const earlier = { scan: use.scan, gate: use.gate, atMs: use.atMs }
  return { ...toVerdict(input, ticket, 'just_admitted', null), earlier }
}

function toVerdict(
  input: DecideInput,
  ticket: ManifestTicket | null,
  kind: Verdict['kind'],
  because: Finding | null,
): Verdict {
  return {
    kind,
    reason: because?.reason ?? null,
    tier: ticket ? input.tier : 'signature',
    invitee: ticket?.invitee ?? null,
    forced: false,
    earlier: because?.earlier ?? null,
    explanation: because?.explanation ?? null,
    whenMs: because?.whenMs ?? null,
    question: null,
    replicaAgeMs: input.replicaAgeMs,
    revision: input.revision,
    notice: ticket?.notice ?? null,
  }
}
