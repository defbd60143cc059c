import type { WrapStores } from './tablet.fake.ts'

/** Ends a process at one durable step: before it is done, or done but before the answer comes. */
export interface CrashPoint {
  readonly step: number
  readonly where: 'before' | 'after'
}

/** What changes a disk; reads need no crash of their own, since nothing durable lies between. */
const writes: ReadonlySet<string> = new Set([
  'adoptManifest',
  'apply',
  'applyReceipt',
  'commitScan',
  'erase',
  'finish',
  'pendAgain',
  'forgetMarks',
  'remove',
  'saveContact',
  'saveHeard',
  'startEpoch',
  'write',
  'writeFacts',
])

/** Stores that stop answering at the crash point, and a promise of it. */
export function crashingStores(point: CrashPoint, onCrash: () => void): WrapStores {
  let steps = 0
  let dead = false
  const die = () => {
    dead = true
    onCrash()
    return new Promise<never>(() => undefined)
  }
  const wrapCall = (name: string, call: (...args: unknown[]) => Promise<unknown>) => {
    return async (...args: unknown[]) => {
      if (dead) return new Promise(() => undefined)
      if (writes.has(name)) steps += 1
      const isLast = writes.has(name) && steps === point.step
      if (isLast && point.where === 'before') return die()
      const value = await call(...args)
      if (dead) return new Promise(() => undefined)
      if (isLast) return die()
      return wrapAll(value)
    }
  }
  /** Stores, and what they open: every function of them counts. */
  const wrapAll = <T>(value: T): T => {
    if (typeof value !== 'object' || value === null) return value
    const entries = Object.entries(value)
    if (!entries.some(([, member]) => typeof member === 'function')) return value
    return Object.fromEntries(
      entries.map(([name, member]) => [
        name,
        typeof member === 'function' ? wrapCall(name, member.bind(value)) : member,
      ]),
    ) as T
  }
  return ({ ledgers, snapshots, keys }) => ({
    ledgers: wrapAll(ledgers),
    snapshots: wrapAll(snapshots),
    keys: wrapAll(keys),
  })
}
