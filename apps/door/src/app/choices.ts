import type { Reason } from '@eventpass/domain'
import type { GateStatus, ShownVerdict } from '@eventpass/sync'

/** What a person may do about a verdict; each is a second scan that names the first. */
export type Choice =
  /** An attention that this person may answer with "let in" (DC1). */
  | 'let_in'
  /** The same, with the list's question to be answered first (DC8). */
  | 'answer'
  /** An attention that only a supervisor may answer: asks for the PIN. */
  | 'supervise'
  /** A refusal that a supervisor may override, with PIN and reason (DC7). */
  | 'force'
  /** On a list that counts many: somebody else with the same code (DC9). */
  | 'second_person'
  /** The others of a party, in one tap. */
  | 'party'

/** What the domain lets a supervisor insist on (DC7): never an unknown or forged code. */
const forceable: ReadonlySet<Reason> = new Set([
  'revoked',
  'used',
  'blocked',
  'cancelled',
  'outside_window',
])

/** What this verdict offers to whoever holds a tablet of this role. A kiosk has nobody to choose. */
export function choicesOf(
  shown: ShownVerdict,
  role: GateStatus['role'],
  act: 'entry' | 'exit',
): readonly Choice[] {
  const { kind, reason, question } = shown.verdict
  if (kind === 'attention') {
    if (role === 'kiosk') return reason === 'question' ? ['answer'] : []
    if (role === 'steward' && shown.confirmBy === 'supervisor') return ['supervise']
    return question === null ? ['let_in'] : ['answer']
  }
  if (role === 'kiosk') return []
  if (kind === 'refuse') return reason !== null && forceable.has(reason) ? ['force'] : []
  if (act === 'exit') return []
  if (kind === 'just_admitted') return ['second_person']
  return outsideOf(shown).length > 0 ? ['party'] : []
}

/** The others of the party who are not inside yet. */
export function outsideOf(shown: ShownVerdict): ShownVerdict['party'] {
  return shown.party.filter((one) => !one.inside)
}
