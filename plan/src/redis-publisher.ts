import { Redis } from 'ioredis'
import type { Publish } from './events.ts'

const answerMaxMs = 2_000

/** Publishes on Redis; a server that does not answer within two seconds is an error, not a wait. */
export function createRedisPublisher(url: string): { publish: Publish; close(): Promise<void> } {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: answerMaxMs,
    commandTimeout: answerMaxMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  })
  // Without a listener a refused connection would end the process; publish reports it.
  redis.on('error', () => {})

  return {
    publish: async (channel, text) => {
      await redis.publish(channel, text)
    },
    close: async () => redis.disconnect(),
  }
}
