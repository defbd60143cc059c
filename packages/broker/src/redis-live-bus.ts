import { Redis } from 'ioredis'
import type { OpenLiveBus } from './live-bus.ts'
import { createLiveWaiters, gatherEvents } from './live-waiters.ts'

export interface RedisLiveBusOptions {
  readonly url: string
  /** Before the name of the channel, so that several installations share a Redis. */
  readonly prefix: string
  /** Told when Redis goes away and comes back, in words. */
  readonly warn: (sentence: string) => void
}

/**
 * Announcements between processes by Redis pub/sub: workers rule, API nodes have the dashboards.
 *
 * Redis keeps nothing of them. While it is away those of this process still arrive here, and every
 * dashboard looks again by itself every few seconds.
 */
export async function createRedisLiveBus(options: RedisLiveBusOptions): Promise<OpenLiveBus> {
  const { url, prefix, warn } = options
  const channel = `${prefix}live`
  const waiters = createLiveWaiters()

  const connection = {
    lazyConnect: true,
    retryStrategy: (tries: number) => Math.min(tries * 100, 2_000),
  }
  // Nothing queues up for a Redis that is away: what would have been told is told here instead.
  const sender = new Redis(url, {
    ...connection,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
  })
  const listener = new Redis(url, { ...connection, maxRetriesPerRequest: null })
  let away = false
  listener.on('close', () => {
    if (!away) warn('Redis is away: dashboards of other processes are a few seconds late.')
    away = true
  })
  listener.on('ready', () => {
    if (away) warn('Redis is back.')
    away = false
  })
  for (const one of [sender, listener]) one.on('error', () => undefined)
  listener.on('message', (_, event: string) => waiters.wake(event))

  const gathered = gatherEvents((event) => {
    sender.publish(channel, event).catch(() => waiters.wake(event))
  })

  // A Redis that is not there yet is no reason not to start; both connect when it is.
  await Promise.all([
    sender.connect().catch(() => undefined),
    listener.connect().catch(() => undefined),
  ])
  const subscribing = listener.subscribe(channel).catch(() => undefined)
  if (listener.status === 'ready') await subscribing
  return {
    announce: gathered.add,
    nextChange: waiters.nextChange,
    async close() {
      gathered.close()
      away = true
      sender.disconnect()
      listener.disconnect()
    },
  }
}
