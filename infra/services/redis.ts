import { Redis } from 'ioredis'

const connectTimeoutMs = 4_000
const keysPerStep = 1_000

export const usualRedisUrls = ['redis://127.0.0.1:6379'] as const

/** Checks that a run may keep keys of its own there. Throws where it does not answer or takes no writes. */
export async function probeRedis(url: string, prefix: string): Promise<void> {
  await withRedis(url, (redis) => redis.set(`${prefix}probe`, '1', 'PX', 1_000))
}

/** Deletes every key of a run and no other. */
export async function deleteKeys(url: string, prefix: string): Promise<void> {
  await withRedis(url, async (redis) => {
    let cursor = '0'
    do {
      const [next, keys] = await redis.scan(cursor, 'MATCH', `${prefix}*`, 'COUNT', keysPerStep)
      if (keys.length > 0) await redis.unlink(keys)
      cursor = next
    } while (cursor !== '0')
  })
}

/** The process number that the server which answers gives for itself. */
export async function redisPid(url: string): Promise<number> {
  const info = await withRedis(url, (redis) => redis.info('server'))
  return Number(/^process_id:(\d+)/m.exec(info)?.[1] ?? 0)
}

async function withRedis<T>(url: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: connectTimeoutMs,
    commandTimeout: connectTimeoutMs,
    retryStrategy: () => null,
  })
  let fault: Error | null = null
  redis.on('error', (error: Error) => {
    fault = error
  })
  try {
    await redis.connect().catch((error: unknown) => {
      throw fault ?? error
    })
    return await work(redis)
  } finally {
    redis.disconnect()
  }
}
