import type { Asked, Heard, Release, Violation } from './history.ts'

/** Looks at each answer as it comes, so that a run ends with the first that must not be. */
export interface AnswerWatch {
  readonly noteRelease: (release: Pick<Release, 'op'>) => void
  /** What this answer breaks, together with those before it; null where all is well. */
  readonly noteAnswer: (asked: Asked) => Violation | null
}

type Definite = Exclude<Heard, { kind: 'op_reused' | 'unknown' | 'wrong' }>

/**
 * What answers alone show: the same question brings the same answer, an op answers one question, and
 * nobody is told `accepted` while another claim of the key stands that nothing can have ended.
 */
export function createAnswerWatch(): AnswerWatch {
  const released = new Set<string>()
  const toldByOp = new Map<string, { readonly body: string; readonly told: string }>()
  const acceptedByKey = new Map<string, string[]>()

  const noteTold = ({ op, body }: Asked, { told }: Definite): Violation | null => {
    const earlier = toldByOp.get(op)
    if (!earlier) toldByOp.set(op, { body, told })
    else if (earlier.body !== body) return broken('an op answered two questions', op)
    else if (earlier.told !== told) return broken('the same question got two answers', op)
    return null
  }
  const noteAccepted = ({ op, key }: Asked): Violation | null => {
    // It may have been ended before it was answered, as when its scan came first.
    if (released.has(op)) return null
    const before = (acceptedByKey.get(key) ?? []).filter((each) => !released.has(each))
    if (before.includes(op)) return null
    acceptedByKey.set(key, [...before, op])
    return before.length === 0 ? null : broken('a key was granted twice', ...before, op)
  }
  return {
    noteRelease: ({ op }) => void released.add(op),
    noteAnswer(asked) {
      const { heard } = asked
      if (heard.kind === 'wrong')
        return broken(`an answer that must not be: ${heard.what}`, asked.op)
      if (heard.kind === 'unknown' || heard.kind === 'op_reused') return null
      return noteTold(asked, heard) ?? (heard.kind === 'accepted' ? noteAccepted(asked) : null)
    },
  }
}

export function broken(rule: string, ...ops: readonly string[]): Violation {
  return { rule, ops }
}
