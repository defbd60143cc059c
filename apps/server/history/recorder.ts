import type { Asked, Release, Violation } from './history.ts'
import { createAnswerWatch } from './watch-answers.ts'

/** What is known of a run so far. */
export interface Recorder {
  readonly asked: readonly Asked[]
  readonly releases: readonly Release[]
  /** Nothing more is asked: the run was ended, or something was found that must not be. */
  readonly isOver: () => boolean
  readonly end: () => void
  /** The first thing that must not be. */
  readonly violation: () => Violation | null
  /** Questions that got an answer. */
  readonly answered: () => number
  readonly noteAsked: (asked: Asked) => void
  /** From now on the op may be ended; the answer is told when it is sure that it is. */
  readonly noteRelease: (op: string) => () => void
  /** Resolves when so many more questions were answered, or when the run is over. */
  readonly nextAnswers: (count: number) => Promise<void>
}

export function createRecorder(now: () => number): Recorder {
  const asked: Asked[] = []
  const releases: Release[] = []
  const watch = createAnswerWatch()
  let violation: Violation | null = null
  let over = false
  let answered = 0
  let waiting: { readonly from: number; readonly resolve: () => void }[] = []
  const wake = () => {
    const ready = waiting.filter(({ from }) => over || answered >= from)
    waiting = waiting.filter((each) => !ready.includes(each))
    for (const { resolve } of ready) resolve()
  }
  return {
    asked,
    releases,
    isOver: () => over,
    end() {
      over = true
      wake()
    },
    violation: () => violation,
    answered: () => answered,
    noteAsked(one) {
      asked.push(one)
      if (one.heard.kind !== 'unknown') answered += 1
      violation ??= watch.noteAnswer(one)
      over ||= violation !== null
      wake()
    },
    noteRelease(op) {
      const at = releases.push({ op, fromMs: now(), toMs: null }) - 1
      watch.noteRelease({ op })
      return () => {
        const release = releases[at]
        if (release) releases[at] = { ...release, toMs: now() }
      }
    },
    nextAnswers: (count) =>
      new Promise((resolve) => {
        waiting.push({ from: answered + count, resolve })
        wake()
      }),
  }
}
