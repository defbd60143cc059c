import { createHash } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import type { RateLimiter } from '@eventpass/api'
import { createCircuitBreaker } from './circuit-breaker.ts'
import { connectRedis } from './redis-connection.ts'
import { within } from './within.ts'

/** A person who waits for an answer shall not feel that attempts are counted. */
const answerMsMax = 100

/** Counts an attempt; whoever opens a window says when it ends. One that lost its end is given one again. */
const takeScript = `
local taken = redis.call('incr', KEYS[1])
if redis.call('pttl', KEYS[1]) < 0 then redis.call('pexpire', KEYS[1], ARGV[1]) end
return taken`

export interface RedisRateLimiterOptions {
  readonly url: string
  /** What every key begins with. */
  readonly prefix: string
  /** The longest that an attempt waits to be counted, in ms. */
  readonly waitMsMax?: number
  /** Counts in this process while Redis is away. */
  readonly own: RateLimiter
  readonly warn: (sentence: string) => void
}

export interface RedisRateLimiter extends RateLimiter {
  readonly isUp: () => boolean
  readonly close: () => Promise<void>
}

/**
 * Attempts counted in Redis, so that several API nodes let through as many together as one would alone.
 *
 * While Redis is slow or gone each node counts for itself: an attacker wins a factor of the number of
 * nodes for that time, and nobody is locked out. Keys are hashed, since some name a person.
 */
export function createRedisRateLimiter(options: RedisRateLimiterOptions): RedisRateLimiter {
  const { url, prefix, own, warn, waitMsMax = answerMsMax } = options
  const { redis, isUp } = connectRedis({
    url,
    commandMsMax: waitMsMax,
    words: {
      there: 'Redis is there: attempts are counted for all nodes together.',
      away: 'Redis is away: every node counts attempts for itself.',
    },
    warn,
  })
  const breaker = createCircuitBreaker(() => performance.now())
  return {
    async take(key, limit, windowMs) {
      if (!breaker.isClosed()) return own.take(key, limit, windowMs)
      const name = `${prefix}rate:${createHash('sha256').update(key).digest('base64url')}`
      try {
        const answer = redis.eval(takeScript, 1, name, windowMs)
        answer.catch(() => undefined)
        const taken = Number(await within(waitMsMax, 'Redis', answer))
        breaker.succeeded()
        return taken <= limit
      } catch {
        breaker.failed()
        return own.take(key, limit, windowMs)
      }
    },
    isUp,
    async close() {
      redis.disconnect()
    },
  }
}
