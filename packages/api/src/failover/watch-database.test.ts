/**
 * Goal: a node notices a database that is away, and one that is back, and no more than that (CL4).
 * Method: looks that answer as told, and pauses that a test lets pass one by one.
 */
import { expect, test } from 'vitest'
import { type DatabaseWatch, type WatchState, watchDatabase } from './watch-database.ts'

class Gone extends Error {}
const lost = async () => {
  throw new Gone('reset')
}

function openWatch(start: WatchState = 'up', replay = async () => true) {
  const said: string[] = []
  let looks: readonly boolean[] = []
  let done: () => void = () => {}
  const watch: DatabaseWatch = watchDatabase(
    {
      now: () => 42,
      probe: async () => {
        const [next, ...rest] = looks
        looks = rest
        if (next === undefined) throw new Error('Nobody was to look.')
        return next
      },
      isGone: (error) => error instanceof Gone || (error as { code?: string }).code === '08006',
      // The last look is over when it is paused behind it: then the test goes on.
      pause: async () => {
        if (looks.length === 0) done()
      },
      warn: (sentence) => said.push(sentence),
    },
    start,
  )
  return {
    watch,
    said,
    async look(...answers: readonly boolean[]) {
      looks = answers
      const ending = new AbortController()
      done = () => ending.abort()
      await watch.run(replay, ending.signal)
      return watch.state()
    },
  }
}

test('[CL4] one look that misses is none yet; two in a row are, and three that answer end it', async () => {
  const { watch, look, said } = openWatch()
  expect(await look(true, false, true, false)).toBe('up')
  expect(await look(false)).toBe('away')
  expect(watch.awaySinceMs()).toBe(42)
  expect(await look(true, true, false, true, true)).toBe('away')
  expect(await look(true)).toBe('up')
  expect(watch.awaySinceMs()).toBeNull()
  expect(said).toHaveLength(2)
})

test('[CL4] work whose connection was lost is done once more, then journaled; another fault stays one', async () => {
  const { watch, look } = openWatch()
  let calls = 0
  const secondTime = async () => {
    calls += 1
    return calls === 1 ? lost() : 'done'
  }
  expect(await watch.attempt(secondTime)).toEqual({ done: true, value: 'done' })
  expect(await watch.attempt(lost)).toEqual({ done: false })
  expect(watch.state()).toBe('up')
  const bug = async () => {
    throw new TypeError('a bug')
  }
  await expect(watch.attempt(bug)).rejects.toThrow('a bug')
  // With what work found out, one look is enough.
  expect(await look(false)).toBe('away')
})

test('[CL4] work that hangs when the database goes is given up; new work is not even tried', async () => {
  const { watch, look } = openWatch()
  const hanging = watch.attempt(() => new Promise<never>(() => {}))
  const guarded = watch.guard(() => new Promise<never>(() => {}))
  const failed = expect(guarded).rejects.toMatchObject({ code: '08006' })
  await look(false, false)
  expect(await hanging).toEqual({ done: false })
  await failed
  const never = async () => expect.unreachable()
  expect(await watch.attempt(never)).toEqual({ done: false })
  await expect(watch.guard(never)).rejects.toMatchObject({ code: '08006' })
})

test('[CL4] while what was journaled is replayed, new claims queue up behind it and all else goes on', async () => {
  const seen: unknown[] = []
  const opened = openWatch('returning', async () => {
    seen.push(opened.watch.state())
    seen.push(await opened.watch.attempt(async () => 'passes'))
    seen.push(await opened.watch.guard(async () => 'reads'))
    return true
  })
  expect(await opened.look(true)).toBe('up')
  expect(seen).toEqual(['returning', { done: false }, 'reads'])
})

test('[CL4] a replay that finds the database away again leaves it away', async () => {
  const { look } = openWatch('away', async () => false)
  expect(await look(true, true, true)).toBe('away')
})
