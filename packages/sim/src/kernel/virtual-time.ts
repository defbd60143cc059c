/** True time of a simulated world. It moves only from one event to the next. */
export interface VirtualTime {
  /** Ms since 1970, true. */
  readonly nowMs: () => number
  /** Runs `what` after `ms`; things due at one moment run in the order in which they were asked for. */
  readonly after: (ms: number, what: () => void) => void
  /** Resolves after `ms`, or at once when the signal is raised. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>
  /** Lives on until that moment, or until `isOver` answers true. */
  readonly runUntil: (ms: number, isOver?: () => boolean) => Promise<void>
  /** Events that have happened so far. */
  readonly countEvents: () => number
}

interface Due {
  readonly atMs: number
  readonly no: number
  readonly run: () => void
}

/** A bug that spins must end a run, not hang it. */
const eventsMax = 200_000

/** `turn` lets everything that can go on without time go on: all promises that are due. */
export function createVirtualTime(startMs: number, turn: () => Promise<void>): VirtualTime {
  const queue = createQueue()
  let nowMs = startMs
  let asked = 0
  let events = 0
  const after = (ms: number, run: () => void) => {
    asked += 1
    queue.push({ atMs: nowMs + Math.max(0, ms), no: asked, run })
  }
  return {
    nowMs: () => nowMs,
    after,
    countEvents: () => events,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve()
        const end = () => {
          signal?.removeEventListener('abort', end)
          resolve()
        }
        signal?.addEventListener('abort', end)
        after(ms, end)
      }),
    async runUntil(untilMs, isOver = () => false) {
      await turn()
      while (!isOver()) {
        const next = queue.peek()
        if (!next || next.atMs > untilMs) break
        queue.pop()
        nowMs = next.atMs
        events += 1
        if (events > eventsMax) throw new Error(`More than ${eventsMax} events: something spins.`)
        next.run()
        await turn()
      }
      if (!isOver()) nowMs = Math.max(nowMs, untilMs)
    },
  }
}

/** A binary heap by time, then by the order of asking. */
function createQueue() {
  const heap: Due[] = []
  const isBefore = (a: Due, b: Due) => a.atMs < b.atMs || (a.atMs === b.atMs && a.no < b.no)
  const swap = (a: number, b: number) => {
    const [x, y] = [heap[a], heap[b]]
    if (x && y) [heap[a], heap[b]] = [y, x]
  }
  const isBeforeAt = (a: number, b: number) => {
    const [x, y] = [heap[a], heap[b]]
    return x !== undefined && y !== undefined && isBefore(x, y)
  }
  return {
    peek: () => heap[0],
    push(due: Due) {
      heap.push(due)
      let at = heap.length - 1
      while (at > 0) {
        const parent = (at - 1) >> 1
        if (!isBeforeAt(at, parent)) break
        swap(at, parent)
        at = parent
      }
    },
    pop() {
      const last = heap.pop()
      if (heap.length === 0 || !last) return
      heap[0] = last
      let at = 0
      for (;;) {
        const [left, right] = [2 * at + 1, 2 * at + 2]
        let least = at
        if (isBeforeAt(left, least)) least = left
        if (isBeforeAt(right, least)) least = right
        if (least === at) return
        swap(at, least)
        at = least
      }
    },
  }
}
