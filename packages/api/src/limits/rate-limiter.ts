import type { PlatformDep } from '../platform.ts'

/** Counts attempts by key. Held per process or shared; it may delay people, never decide for them. */
export interface RateLimiter {
  /** True where the attempt may go on: at most `limit` of a key within any fixed window. */
  readonly take: (key: string, limit: number, windowMs: number) => Promise<boolean>
}

export interface LimitsDep {
  readonly limits: RateLimiter
}

/** Above this the oldest keys are forgotten, so that invented keys cannot fill the memory. */
export const rateKeysMax = 50_000

/** The in-process rate limiter: fixed windows. */
export function createRateLimiter({ now }: Pick<PlatformDep, 'now'>): RateLimiter {
  const windows = new Map<string, { endsMs: number; taken: number }>()
  return {
    async take(key, limit, windowMs) {
      const open = windows.get(key)
      const current = open && open.endsMs > now() ? open : { endsMs: now() + windowMs, taken: 0 }
      current.taken += 1
      windows.delete(key)
      windows.set(key, current)
      if (windows.size > rateKeysMax) forgetOldest(windows)
      return current.taken <= limit
    },
  }
}

/** Maps keep insertion order, and `take` inserts anew: the first key is the longest unused. */
function forgetOldest(windows: Map<string, unknown>): void {
  const [oldest] = windows.keys()
  if (oldest !== undefined) windows.delete(oldest)
}
