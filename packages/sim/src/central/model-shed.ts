import { type ClaimShed, shedMsMax } from '@eventpass/api'
import type { VirtualTime } from '../kernel/virtual-time.ts'

/** What stands before claims, and can be away: then nobody waits, and nothing else changes (CL3). */
export interface ModelShed extends ClaimShed {
  isAway: boolean
}

/** Claims of one key in a row, each waiting no longer than it may, as Redis has them wait. */
export function createModelShed(
  time: Pick<VirtualTime, 'sleep'>,
  waitMsMax: number = shedMsMax,
): ModelShed {
  const lastByKey = new Map<string, Promise<void>>()
  const shed: ModelShed = {
    isAway: false,
    async enter(key) {
      if (shed.isAway) return () => undefined
      const before = lastByKey.get(key)
      let leave = () => {}
      const left = new Promise<void>((resolve) => {
        leave = resolve
      })
      lastByKey.set(key, left)
      if (before) await Promise.race([before, time.sleep(waitMsMax)])
      return () => {
        leave()
        if (lastByKey.get(key) === left) lastByKey.delete(key)
      }
    },
  }
  return shed
}
