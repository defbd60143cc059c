/**
 * Locks by name, first come first served; one that is held already is taken again at once. Whoever
 * would close a circle of waiting is refused, as Postgres ends one of a deadlock.
 */
export function createLocks() {
  const waiting = new Map<string, (() => void)[]>()
  const holders = new Map<string, object>()
  const awaited = new Map<object, string>()
  const closesCircle = (name: string, holder: object) => {
    for (let next = holders.get(name); next; ) {
      if (next === holder) return true
      const wanted = awaited.get(next)
      next = wanted === undefined ? undefined : holders.get(wanted)
    }
    return false
  }
  return {
    async take(name: string, holder: object): Promise<() => void> {
      if (holders.get(name) === holder) return () => undefined
      const queue = waiting.get(name)
      if (queue) {
        if (closesCircle(name, holder)) throw new Error(`deadlock detected: waiting for ${name}`)
        awaited.set(holder, name)
        await new Promise<void>((resolve) => void queue.push(resolve))
        awaited.delete(holder)
      } else waiting.set(name, [])
      holders.set(name, holder)
      return () => {
        holders.delete(name)
        const next = waiting.get(name)?.shift()
        if (next) next()
        else waiting.delete(name)
      }
    },
  }
}
