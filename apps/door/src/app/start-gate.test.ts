import type { GateStatus } from '@eventpass/sync'
import { expect, test } from 'vitest'
import type { FromWorker, ToWorker } from '../rpc/messages.ts'
import { readyStatus } from './demo-gate.fake.ts'
import { type GateWorker, startGate } from './start-gate.ts'

/**
 * Goal: one writer a tablet, and no worker that is gone leaves the page waiting.
 * Method: workers that say what they are told to, and time that passes when it is told to.
 */
function open() {
  const workers: { heard: ToWorker[]; ended: boolean; say: (said: FromWorker) => void }[] = []
  const timers: { atMs: number; call: () => void }[] = []
  const shown: GateStatus[] = []
  let nowMs = 0
  let other: (status: GateStatus) => void = () => {}
  let asked = 0

  const makeWorker = (): GateWorker => {
    const listeners: ((event: { data: FromWorker }) => void)[] = []
    const worker = {
      heard: [] as ToWorker[],
      ended: false,
      say: (data: FromWorker) => {
        for (const listener of listeners) listener({ data })
      },
    }
    workers.push(worker)
    return {
      postMessage: (said) => worker.heard.push(said),
      addEventListener: (_, listener) => listeners.push(listener),
      onFault: () => {},
      terminate: () => {
        worker.ended = true
      },
    }
  }
  const seat = startGate({
    makeWorker,
    mirror: {
      show: (status) => shown.push(status),
      follow: (listener) => {
        other = listener
      },
      ask: () => {
        asked += 1
      },
    },
    later: (ms, call) => timers.push({ atMs: nowMs + ms, call }),
  })
  const statuses: GateStatus[] = []
  seat.gate.watch((status) => statuses.push(status))
  const pass = (ms: number) => {
    const untilMs = nowMs + ms
    for (;;) {
      const next = timers.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0]
      if (next === undefined) break
      timers.splice(timers.indexOf(next), 1)
      nowMs = next.atMs
      next.call()
    }
    nowMs = untilMs
  }
  const last = () => {
    const worker = workers.at(-1)
    if (worker === undefined) throw new Error('no worker was made')
    return worker
  }
  return {
    seat,
    workers,
    shown,
    statuses,
    pass,
    last,
    asked: () => asked,
    otherShows: (status: GateStatus) => other(status),
  }
}

test('[DV5] while another tab writes, this one looks on with its status and waits for its turn', () => {
  const { last, statuses, otherShows, asked, pass, workers } = open()
  last().say({ kind: 'closed', failure: { kind: 'pool_busy' } })
  expect(last().ended).toBe(true)
  expect(statuses.at(-1)?.stage).toBe('read_only')
  expect(asked()).toBe(1)
  otherShows({ ...readyStatus, pending: 38 })
  expect(statuses.at(-1)).toMatchObject({ stage: 'read_only', gateName: 'North gate', pending: 38 })

  pass(1_000)
  expect(workers).toHaveLength(2)
  last().say({ kind: 'opened' })
  last().say({ kind: 'status', status: readyStatus })
  expect(statuses.at(-1)?.stage).toBe('ready')
  otherShows({ ...readyStatus, pending: 99 })
  expect(statuses.at(-1)?.pending).toBe(0)
})

test('[DV5] the tab that writes shows every status to the others', () => {
  const { last, shown } = open()
  last().say({ kind: 'status', status: readyStatus })
  expect(shown).toEqual([])
  last().say({ kind: 'opened' })
  last().say({ kind: 'status', status: { ...readyStatus, pending: 3 } })
  expect(shown.map(({ pending }) => pending)).toEqual([3])
})

test('[DR8] storage that does not open is tried with fresh workers, then said, with nothing lost', () => {
  const { last, pass, workers, statuses } = open()
  for (let n = 0; n < 8; n += 1) {
    if (!last().ended)
      last().say({ kind: 'closed', failure: { kind: 'pool_failed', message: 'x' } })
    pass(5_000)
  }
  expect(workers).toHaveLength(5)
  expect(statuses.at(-1)?.notices[0]).toContain('Nothing was deleted')
})

test('[DR8] a worker that falls silent is replaced, and what it was asked fails in words', async () => {
  const { seat, last, pass, workers } = open()
  last().say({ kind: 'opened' })
  const answer = seat.gate.history()
  pass(20_000)
  expect(workers).toHaveLength(1)
  pass(5_000)
  await expect(answer).rejects.toThrow('was restarted')
  expect(workers.map(({ ended }) => ended)).toEqual([true, false])
})

test('[DR8] a worker that answers is left alone, however long it works', () => {
  const { last, pass, workers } = open()
  last().say({ kind: 'opened' })
  for (let n = 0; n < 20; n += 1) {
    pass(15_000)
    last().say({ kind: 'pong' })
  }
  expect(workers).toHaveLength(1)
})

test("a fresh worker learns the browser's word on storage", () => {
  const { seat, last, pass } = open()
  seat.tellStorage(true)
  last().say({ kind: 'opened' })
  pass(30_000)
  last().say({ kind: 'opened' })
  expect(last().heard).toContainEqual({ kind: 'storage', kept: true })
})
