import type { Policy } from '../manifest.ts'
import { ask, type Case, type Finding, refuse } from './finding.ts'
import { nameIn, unreadableList } from './read-frame.ts'
import { isVouched } from './vouching.ts'

/**
 * A code without a row. Genuine, it is a person's to decide, as the event's
 * policy says, and never plain green; where no MAC could be verified it proves
 * nothing. Letting out who was let in so asks nothing (DC2).
 */
export function checkListed({ input, ticket, policy, uses }: Case): Finding | null {
  if (ticket) return null
  if (input.token.kind === 'by_name') return refuse('by_name')
  if (input.token.kind !== 'genuine') return refuse('sync_needed', { explanation: noKeyNoRow })
  if (policy.unlisted === 'refuse') return refuse('unlisted')
  const letIn = uses.some(({ act }) => act === 'entry')
  return input.act === 'exit' && letIn ? null : ask('unlisted')
}

const noKeyNoRow =
  'This device holds no event key and the code is not on its list: pull, then scan again.'

/**
 * A row picked by name: whom the policy trusts with it needs no second tap, they have just chosen.
 * One that a companion's code in hand vouches for is no search (DC11).
 */
export function checkByName(facts: Case): Finding | null {
  const { byName } = facts.policy
  if (facts.input.token.kind !== 'by_name' || isVouched(facts.input, facts.ticket)) return null
  if (byName === 'refuse') return refuse('by_name')
  return mayChoose(byName, facts) ? null : ask('by_name')
}

/** Revoked or reprinted: this code let somebody in once, and does no longer. */
export function checkGeneration({ ticket }: Case): Finding | null {
  if (!ticket) return null
  switch (ticket.state) {
    case 'valid':
    case 'cancelled':
    case 'unpaid':
      return null
    case 'reprinted':
      return refuse('reprinted', { whenMs: ticket.stateAtMs })
    default:
      // A state from a newer central is none that lets in.
      return refuse('revoked', { whenMs: ticket.stateAtMs })
  }
}

/** On the way in and on the way out (DC2). */
export function checkBlocked({ ticket }: Case): Finding | null {
  return ticket && ticket.blocked !== false ? refuse('blocked') : null
}

/** A list that lets a person confirm a payment asks on the way in alone. */
export function checkPayment({ input, ticket, list }: Case): Finding | null {
  if (ticket?.state === 'cancelled') return refuse('cancelled', { whenMs: ticket.stateAtMs })
  if (ticket?.state !== 'unpaid') return null
  if (list.unpaid === 'refuse') return refuse('unpaid', { whenMs: ticket.stateAtMs })
  return input.act === 'exit' ? null : ask('unpaid', { whenMs: ticket.stateAtMs })
}

/** A list that is missing or of a form that this version cannot read lets nobody through, either way (DC4). */
export function checkReadable({ list }: Case): Finding | null {
  if (list !== unreadableList) return null
  return refuse('rules', {
    explanation: 'The list of this gate is missing here or cannot be read: tell the organiser.',
  })
}

/** A code without a row has no category that could be told, so a list for some refuses it (DC4). */
export function checkCategory({ input, ticket, list }: Case): Finding | null {
  if (list.categories === null) return null
  if (ticket && list.categories.some((category) => category === ticket.category)) return null
  const names = list.categories.flatMap((one) => nameIn(input.frame, 'categories', one) ?? [])
  return refuse('wrong_list', {
    explanation: names.length > 0 ? `Only for ${names.join(', ')}.` : null,
  })
}

/** Whether somebody is here who may decide what a policy leaves to a role; a kiosk is nobody. */
export function mayChoose(who: Policy['unlisted'], { input, supervisor }: Case): boolean {
  return who !== 'refuse' && (supervisor || (who === 'steward' && input.role === 'steward'))
}
