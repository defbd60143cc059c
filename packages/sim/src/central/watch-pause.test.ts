/**
 * Goal: looks that are left out change nothing of what a node finds.
 * Method: the moments at which pauses end, beside those at which they would have ended one by one.
 */
import type { WatchState } from '@eventpass/api'
import { expect, test } from 'vitest'
import { turnOfEvents } from '../kernel/trap.ts'
import { createVirtualTime } from '../kernel/virtual-time.ts'
import { createWatchPause } from './watch-pause.ts'

function open() {
  const time = createVirtualTime(0, turnOfEvents)
  const sight = { here: true, state: 'up' as WatchState, waiting: 0 }
  const { pause, wake } = createWatchPause(time, {
    isHere: () => sight.here,
    state: () => sight.state,
    countWaiting: () => sight.waiting,
  })
  const ended: number[] = []
  const begin = (ms: number, signal = new AbortController().signal) =>
    void pause(ms, signal).then(() => ended.push(time.nowMs()))
  return { time, sight, ended, begin, wake }
}

test('[SM6] a node whose database is there looks again when something changed, in step with its looks', async () => {
  const { time, sight, ended, begin, wake } = open()
  begin(1_000)
  await time.runUntil(60_300)
  expect(ended).toEqual([])
  sight.here = false
  wake()
  await time.runUntil(70_000)
  expect(ended).toEqual([61_000])
  // Not found to be away yet: it looks again soon.
  begin(150)
  await time.runUntil(71_000)
  expect(ended).toEqual([61_000, 70_150])
  sight.state = 'away'
  begin(150)
  await time.runUntil(80_000)
  expect(ended).toHaveLength(2)
})

test('[SM6] a node with something to replay, or that just missed its database, looks in time', async () => {
  const { time, sight, ended, begin } = open()
  sight.waiting = 1
  begin(1_000)
  await time.runUntil(5_000)
  expect(ended).toEqual([1_000])
  sight.waiting = 0
  const missed = new AbortController()
  begin(1_000, missed.signal)
  await time.runUntil(6_500)
  missed.abort()
  await time.runUntil(6_501)
  expect(ended).toEqual([1_000, 6_500])
})
