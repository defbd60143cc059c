/** Lets one holder in at a time, in order of asking. */
export interface Mutex {
  /** Resolves with how to leave; leaving twice does nothing. */
  readonly enter: () => Promise<() => void>
}

export function createMutex(): Mutex {
  let last: Promise<void> = Promise.resolve()
  return {
    enter: async () => {
      const before = last
      let leave = () => {}
      last = new Promise((resolve) => {
        leave = resolve
      })
      await before
      return leave
    },
  }
}
