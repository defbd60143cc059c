/** A value that components watch; changed whole or in part, told at once. */
export interface Store<State> {
  readonly get: () => State
  readonly set: (part: Partial<State>) => void
  readonly subscribe: (listener: () => void) => () => void
}

/** The smallest store that React's useSyncExternalStore can read. */
export function createStore<State extends object>(initial: State): Store<State> {
  let state = initial
  const listeners = new Set<() => void>()
  return {
    get: () => state,
    set(part) {
      state = { ...state, ...part }
      for (const listener of listeners) listener()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
