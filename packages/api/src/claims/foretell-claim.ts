import type { DeviceId, ManifestFrame, TicketId } from '@eventpass/domain'
import type { Claim, ClaimAnswer } from './claim.ts'
import type { ClaimFacts, ClaimPlace, ForetoldAnswers } from './claim-store.ts'
import { decideClaim } from './decide-claim.ts'

/** An event with more categories decides each claim by what was read of it. */
const categoriesMax = 30

/** By what they are decided of; a frame that changed is another one. */
const foretoldByFrame = new WeakMap<ManifestFrame, Map<string, ForetoldAnswers | null>>()

/**
 * What a claim will be answered if its guest has a valid ticket, at any time, and nobody showed that code
 * on this list yet: the common case, decided before the guest is looked up, so that one statement can look
 * and write. By category, since that alone is left for a list to go by.
 *
 * Null where the answer rests on more: a list that does not count once, gives gifts, has rules of time or
 * number, asks a question; a code that is not known to be genuine; a person's answer to a question.
 */
export function foretellClaim(place: ClaimPlace, claim: Claim): ForetoldAnswers | null {
  const { code, answers, answered, confirmed, list, gate } = claim
  if (code !== 'genuine' || answers !== null || answered || confirmed.length > 0) return null
  const { frame, role } = place
  const known = foretoldByFrame.get(frame) ?? new Map<string, ForetoldAnswers | null>()
  foretoldByFrame.set(frame, known)
  const key = `${list}/${gate}/${role}`
  const before = known.get(key)
  if (before !== undefined) return before
  const foretold = foretell(place, claim)
  known.set(key, foretold)
  return foretold
}

function foretell(place: ClaimPlace, claim: Claim): ForetoldAnswers | null {
  const { frame } = place
  const list = frame.lists.find(({ id }) => id === claim.list)
  if (list?.counting !== 'once' || list.gives !== undefined) return null
  if (list.rules.some(({ kind }) => kind !== 'gates' && kind !== 'categories')) return null
  if (frame.categories.length > categoriesMax) return null
  const answers: Record<string, ClaimAnswer> = {}
  for (const category of [null, ...frame.categories.keys()]) {
    const { answer } = decideClaim(factsOf(place, claim, category), claim)
    if (answer.outcome === 'accepted') answers[category ?? 'none'] = answer
  }
  return Object.keys(answers).length > 0 ? answers : null
}

/** Facts of a guest of whom there is nothing to tell but the category. Numbers and times are put in when it is written. */
function factsOf(
  { event, role, frame }: ClaimPlace,
  { digest }: Claim,
  category: number | null,
): ClaimFacts {
  return {
    ...{ earlier: null, fenceDue: false, late: null, stock: null, uses: [], claims: [] },
    ...{ event, frame, nowMs: 0, revision: 0 },
    device: { state: 'active', role, label: '' },
    authority: { no: 0, hub: null as DeviceId | null },
    ticket: {
      ...{ digest, invitee: 0 as never, name: '', category, state: 'valid', stateAtMs: null },
      ...{ blocked: false, validFromMs: null, validUntilMs: null, party: null, notice: null },
      ...{ ticketId: '' as TicketId, kid: 0 },
    },
  }
}
