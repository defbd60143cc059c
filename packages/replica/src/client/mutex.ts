/** Lets one holder in at a time, in order of asking. */
export interface Mutex {
  /** Lets the caller in at once where nobody is in or waits; tells how to leave, or null. */
  readonly enterIfFree: () => (() => void) | null
  /** Resolves with how to leave; leaving twice does nothing. */
  readonly enter: () => Promise<() => void>
}

export function createMutex(): Mutex {
  let last: Promise<void> = Promise.resolve()
  let inOrWaiting = 0
  const queue = () => {
    let left = false
    let letNextIn = () => {}
    last = new Promise((resolve) => {
      letNextIn = resolve
    })
    inOrWaiting += 1
    return () => {
      if (left) return
      left = true
      inOrWaiting -= 1
      letNextIn()
    }
  }
  return {
    enterIfFree: () => (inOrWaiting === 0 ? queue() : null),
    enter: async () => {
      const before = last
      const leave = queue()
      await before
      return leave
    },
  }
}
