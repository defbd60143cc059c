import { ask, type Case, type Finding } from './finding.ts'

/** A required question that nobody has answered yet; an exit asks nothing (DC2, DC8). */
export function checkQuestion({ input, list }: Case): Finding | null {
  if (input.act === 'exit' || list.question === null) return null
  return isBlank(input.answer) ? ask('question') : null
}

/** A replica past the age that the policy allows, or of an age that nobody knows (DC10). */
export function checkAge({ input, policy }: Case): Finding | null {
  const { replicaAgeMsMax } = policy
  if (input.act === 'exit' || replicaAgeMsMax === null) return null
  const { replicaAgeMs } = input
  const young = replicaAgeMs !== null && replicaAgeMs <= replicaAgeMsMax
  return young ? null : ask('old_list')
}

export function isBlank(text: string | null): boolean {
  return text === null || text.trim() === ''
}
