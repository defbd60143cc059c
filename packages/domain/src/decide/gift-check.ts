import { type Case, type Finding, refuse } from './finding.ts'

/** A gift is handed out while there is one, and never comes back by an exit (GF1). */
export function checkGift({ input, list }: Case): Finding | null {
  if (list.gives !== 'gift') return null
  if (input.act === 'exit') {
    return refuse('rules', {
      explanation: 'A gift is handed out, not brought back: undo the hand-out instead.',
    })
  }
  const { giftsLeft } = input
  if (giftsLeft === undefined || giftsLeft === null || giftsLeft > 0) return null
  return refuse('rules', { explanation: 'None are left: every one was handed out.' })
}
