import { randomUUID } from 'node:crypto'
import type { RateLimiter } from '@eventpass/api'
import { expect, test, vi } from 'vitest'

/** What a rate limit promises; kept by the in-process twin and by Redis. */
export function rateLimiterContract(open: () => RateLimiter | Promise<RateLimiter>): void {
  const hourMs = 3_600_000

  test('a rate limit lets a key through so often in a window, other keys untouched', async () => {
    const limits = await open()
    const [key, other] = [randomUUID(), randomUUID()]
    const taken = [
      await limits.take(key, 2, hourMs),
      await limits.take(key, 2, hourMs),
      await limits.take(key, 2, hourMs),
    ]
    expect(taken).toEqual([true, true, false])
    expect(await limits.take(other, 2, hourMs)).toBe(true)
  })

  test('a rate limit lets no more through where all ask at once', async () => {
    const limits = await open()
    const key = randomUUID()
    const asked = Array.from({ length: 50 }, () => limits.take(key, 7, hourMs))
    expect((await Promise.all(asked)).filter(Boolean)).toHaveLength(7)
  })

  test('a rate limit ends with its window, however often it was asked in between', async () => {
    const limits = await open()
    const key = randomUUID()
    await limits.take(key, 1, 300)
    expect(await limits.take(key, 1, 300)).toBe(false)
    await vi.waitFor(async () => expect(await limits.take(key, 1, 300)).toBe(true), 10_000)
  })
}
