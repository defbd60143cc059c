import { type ClaimShed, shedMsMax } from '@eventpass/api'

/** The twin of Redis for one process: claims of a key in a row, each waiting no longer than it may. */
export function createInProcessShed(waitMsMax: number = shedMsMax): ClaimShed {
  const lastByKey = new Map<string, Promise<void>>()
  return {
    async enter(key) {
      const before = lastByKey.get(key)
      let leave = () => {}
      const left = new Promise<void>((resolve) => {
        leave = resolve
      })
      lastByKey.set(key, left)
      const done = () => {
        leave()
        if (lastByKey.get(key) === left) lastByKey.delete(key)
      }
      if (before) await atMost(before, waitMsMax)
      return done
    },
  }
}

/** Resolves with the work, or after so many ms. */
async function atMost(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([work, over])
  clearTimeout(timer)
}
