import { Redis } from 'ioredis'

const reconnectMsMax = 2_000

export interface RedisConnectionOptions {
  readonly url: string
  /** The longest that a command may take once it is sent, in ms. */
  readonly commandMsMax: number
  /** Said once when Redis is there, and once when it goes away. */
  readonly words: { readonly there: string; readonly away: string }
  readonly warn: (sentence: string) => void
}

export interface RedisConnection {
  readonly redis: Redis
  /** True while Redis answers. */
  readonly isUp: () => boolean
}

/** A connection that fails at once while Redis is away, and comes back by itself. Nothing is queued in it. */
export function connectRedis(options: RedisConnectionOptions): RedisConnection {
  const { url, commandMsMax, words, warn } = options
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: commandMsMax,
    connectTimeout: reconnectMsMax,
    retryStrategy: (attempts) => Math.min(reconnectMsMax, 50 * attempts),
  })
  let up = false
  const tell = (now: boolean) => {
    if (up === now) return
    up = now
    warn(now ? words.there : words.away)
  }
  redis.on('ready', () => tell(true))
  redis.on('close', () => tell(false))
  redis.on('error', () => tell(false))
  return { redis, isUp: () => up }
}
