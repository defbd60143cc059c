import { randomUUID } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ClaimShed, shedMsMax } from '@eventpass/api'
import { createCircuitBreaker } from './circuit-breaker.ts'
import { connectRedis } from './redis-connection.ts'
import { together } from './together.ts'

/** Between two looks whether it is this claim's turn. */
const lookEveryMs = 5
/** A turn that nobody ended ends by itself, after so many times the longest wait. */
const turnPerWait = 4

interface Turn {
  /** The key in Redis, whose value says whose turn it is. */
  readonly name: string
  readonly token: string
}

/** `SET NX PX` of each; tells which were free. */
const takeScript = `local taken = {}
for at, name in ipairs(KEYS) do
  taken[at] = redis.call('set', name, ARGV[at + 1], 'PX', ARGV[1], 'NX') and 1 or 0
end
return taken`

/** Gives turns back only to whoever has them: a late leaver must not end another's. */
const leaveScript = `for at, name in ipairs(KEYS) do
  if redis.call('get', name) == ARGV[at] then redis.call('del', name) end
end`

export interface RedisShedOptions {
  readonly url: string
  /** What every key begins with. */
  readonly prefix: string
  /** The longest that a claim waits, in ms. */
  readonly waitMsMax?: number
  /** Told once when Redis goes away, and when it is back. */
  readonly warn: (sentence: string) => void
}

export interface RedisShed extends ClaimShed {
  /** True while Redis answers; what /health tells. Nothing depends on it. */
  readonly isUp: () => boolean
  readonly close: () => Promise<void>
}

/**
 * Turns held in Redis by `SET NX PX`, so that claims of several API nodes queue up as well.
 *
 * Every wait is bounded by `shedMsMax`, and a Redis that is slow, paused, flushed or gone costs at most
 * that, a few times, until the breaker leaves it alone: the claim goes on to the database (CL3).
 */
export function createRedisShed(options: RedisShedOptions): RedisShed {
  const { url, prefix, warn, waitMsMax = shedMsMax } = options
  const { redis, isUp } = connectRedis({
    url,
    commandMsMax: waitMsMax,
    words: {
      there: 'Redis is there: claims of one code queue up.',
      away: 'Redis is away: claims meet in the database.',
    },
    warn,
  })
  const breaker = createCircuitBreaker(() => performance.now())

  // Claims of the same moment share a message: their commands cost more than what they do.
  const take = together(async (turns: readonly Turn[]) => {
    const ms = turnPerWait * waitMsMax
    const [only, ...others] = turns
    if (only && others.length === 0) {
      return [(await redis.set(only.name, only.token, 'PX', ms, 'NX')) !== null]
    }
    const names = turns.map(({ name }) => name)
    const tokens = turns.map(({ token }) => token)
    const taken = await redis.eval(takeScript, names.length, ...names, ms, ...tokens)
    return (taken as readonly number[]).map((one) => one === 1)
  })
  const leave = together(async (turns: readonly Turn[]) => {
    const names = turns.map(({ name }) => name)
    await redis.eval(leaveScript, names.length, ...names, ...turns.map(({ token }) => token))
    return []
  })
  /** True at this claim's turn; false where it has waited long enough. */
  const takeTurn = async (turn: Turn): Promise<boolean> => {
    const endMs = performance.now() + waitMsMax
    while (performance.now() < endMs) {
      if (await take(turn)) return true
      await sleep(lookEveryMs)
    }
    return false
  }
  return {
    async enter(key) {
      if (!breaker.isClosed()) return () => {}
      const turn = { name: `${prefix}claim:${key}`, token: randomUUID() }
      try {
        const taken = await bounded(takeTurn(turn), 2 * waitMsMax)
        breaker.succeeded()
        if (!taken) return () => {}
      } catch {
        breaker.failed()
      }
      // Also after a fault: the turn may have been taken, and the answer lost.
      return () => void leave(turn).catch(() => undefined)
    },
    isUp,
    async close() {
      redis.disconnect()
    },
  }
}

/** The command's own timeout starts when it is sent; this one starts now. */
function bounded(turn: Promise<boolean>, msMax: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const over = setTimeout(() => reject(new Error('Redis did not answer in time.')), msMax)
    turn.then(resolve, reject).finally(() => clearTimeout(over))
  })
}
