import { useCallback, useEffect, useState } from 'react'
import { isSignedOut, sentenceOf } from './client.ts'

export interface Answer<T> {
  readonly value: T | null
  readonly fault: string | null
  readonly signedOut: boolean
  readonly again: () => void
}

/** Asks, and asks again whenever `again` is called or `ask` changes (wrap it in useCallback). */
export function useAnswer<T>(ask: () => Promise<T>): Answer<T> {
  const [round, setRound] = useState(0)
  const [answer, setAnswer] = useState<Omit<Answer<T>, 'again'>>({
    value: null,
    fault: null,
    signedOut: false,
  })
  const asked = useCallback(() => ({ round, answer: ask() }), [ask, round])
  useEffect(() => {
    let current = true
    asked().answer.then(
      (value) => current && setAnswer({ value, fault: null, signedOut: false }),
      (error: unknown) =>
        current &&
        setAnswer((kept) => ({
          value: kept.value,
          fault: sentenceOf(error),
          signedOut: isSignedOut(error),
        })),
    )
    return () => {
      current = false
    }
  }, [asked])
  const again = useCallback(() => setRound((count) => count + 1), [])
  return { ...answer, again }
}
