/** Lets one holder in at a time, in order of asking. */
export interface Mutex {
  /** Lets the caller in at once where nobody is in or waits; tells how to leave, or null. */
  readonly enterIfFree: () => (() => void) | null
  /** Resolves with how to leave; leaving twice does nothing. */
  readonly enter: () => Promise<() => void>
}

export function createMutex(): Mutex {
  const waiting: (() => void)[] = []
  let isTaken = false
  const take = () => {
    isTaken = true
    let left = false
    return () => {
      if (left) return
      left = true
      const letNextIn = waiting.shift()
      if (letNextIn) letNextIn()
      else isTaken = false
    }
  }
  const enterIfFree = () => (isTaken ? null : take())
  return {
    enterIfFree,
    enter: async () =>
      enterIfFree() ?? new Promise((resolve) => waiting.push(() => resolve(take()))),
  }
}
