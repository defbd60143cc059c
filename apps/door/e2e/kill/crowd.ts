import { setTimeout as delay } from 'node:timers/promises'
import type { NodeGate } from '../node-gate.ts'
import type { Chance } from './seeded.ts'

const pauseMsMax = 100

/** People at several gates, one code after the other, until told to stop. */
export interface Crowd {
  /** Scans that were recorded. */
  readonly made: () => number
  /** How often each code was let in. */
  readonly admits: ReadonlyMap<string, number>
  readonly stop: () => Promise<void>
}

export function gatherCrowd(
  gates: readonly NodeGate[],
  tokens: readonly string[],
  chance: Chance,
): Crowd {
  const admits = new Map<string, number>()
  let made = 0
  let going = true
  const queueAt = async (gate: NodeGate) => {
    while (going) {
      const token = chance.pick(tokens)
      const verdict = await gate.scan(token)
      if (verdict !== null) made += 1
      if (verdict === 'admit') admits.set(token, (admits.get(token) ?? 0) + 1)
      await delay(chance.between(0, pauseMsMax))
    }
  }
  const queues = gates.map(queueAt)
  return {
    admits,
    made: () => made,
    async stop() {
      going = false
      await Promise.all(queues)
    },
  }
}
