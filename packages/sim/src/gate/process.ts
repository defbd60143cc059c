import type { VirtualTime } from '../kernel/virtual-time.ts'

/** One life of a tablet's worker, or of a node of central: it may be put to sleep, and ends without a word when it is killed. */
export interface Process {
  readonly isAlive: () => boolean
  readonly isAsleep: () => boolean
  /** Resolves when the process can go on; never once it is dead. */
  readonly goOn: () => Promise<void>
  /** Sleeps as a timer does: one that is due while the tablet sleeps fires when it wakes. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>
  /** A write that takes `ms`; one under way when the process is killed is done or lost, as `kill` says. */
  readonly write: <T>(ms: number, apply: () => Promise<T>) => Promise<T>
  readonly fallAsleep: () => void
  readonly wake: () => void
  /** Ends it. Of the writes under way the first `applied` still reach the disk, the others are lost. */
  readonly kill: (applied: number) => void
  readonly countWrites: () => number
}

export function createProcess(time: Pick<VirtualTime, 'sleep'>): Process {
  const parked: (() => void)[] = []
  const writes = new Set<() => Promise<unknown>>()
  let asleep = false
  let alive = true
  const never = () => new Promise<never>(() => undefined)
  const goOn = async (): Promise<void> => {
    if (!alive) return never()
    if (!asleep) return
    await new Promise<void>((resolve) => void parked.push(resolve))
    return goOn()
  }
  return {
    isAlive: () => alive,
    isAsleep: () => asleep,
    goOn,
    async sleep(ms, signal) {
      await time.sleep(ms, signal)
      await goOn()
    },
    async write(ms, apply) {
      await goOn()
      writes.add(apply)
      await time.sleep(ms)
      if (!alive) return never()
      writes.delete(apply)
      const value = await apply()
      await goOn()
      return value
    },
    fallAsleep() {
      asleep = true
    },
    wake() {
      asleep = false
      for (const resolve of parked.splice(0)) resolve()
    },
    kill(applied) {
      alive = false
      for (const apply of [...writes].slice(0, applied)) void apply()
      writes.clear()
    },
    countWrites: () => writes.size,
  }
}
