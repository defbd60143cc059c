import { MessageChannel } from 'node:worker_threads'
import type { Gate, GateStatus } from '@eventpass/sync'
import { afterEach, expect, test } from 'vitest'
import { createDemoGate, demoToken } from '../app/demo-gate.fake.ts'
import type { FromWorker, Port, ToWorker } from './messages.ts'
import { createRemoteGate } from './remote-gate.ts'
import { serveGate } from './serve-gate.ts'

/**
 * Goal: the page's gate behaves as the worker's does, across a real message channel.
 * Method: the demo gate behind it; what is asked on one side is compared with the other.
 */
type PagePort = Port<FromWorker, ToWorker>
type WorkerPort = Port<ToWorker, FromWorker>

const open: MessageChannel[] = []

afterEach(() => {
  for (const channel of open.splice(0)) channel.port1.close()
})

function connect(gateReady: Promise<Gate>) {
  const channel = new MessageChannel()
  open.push(channel)
  const page = channel.port1 as unknown as PagePort
  const worker = channel.port2 as unknown as WorkerPort
  channel.port1.start()
  channel.port2.start()
  const remote = createRemoteGate()
  remote.connect(page)
  serveGate(worker, gateReady)
  return remote
}

const attempt = {
  source: { kind: 'text', text: demoToken('jose'), input: 'camera' },
  act: 'entry',
  force: null,
  answer: null,
  answers: null,
  secondPerson: false,
} as const

test('a call is answered as the gate answers it, also when it was made before the gate was up', async () => {
  const gate = createDemoGate()
  let up: (gate: Gate) => void = () => {}
  const { gate: remote } = connect(new Promise((resolve) => (up = resolve)))
  const answer = remote.scan(attempt)
  up(gate)
  expect((await answer).name).toBe('José Muñoz')
  expect(await remote.search('okafor')).toEqual(await gate.search('okafor'))
  expect(await remote.history()).toEqual(await gate.history())
})

test('two calls at once each get their own answer', async () => {
  const { gate } = connect(Promise.resolve(createDemoGate()))
  const [used, jose] = await Promise.all([
    gate.scan({ ...attempt, source: { ...attempt.source, text: demoToken('used') } }),
    gate.scan(attempt),
  ])
  expect([used.verdict.kind, jose.verdict.kind]).toEqual(['refuse', 'admit'])
})

test('a fault crosses as its sentence', async () => {
  const demo = createDemoGate()
  demo.breakWith('The storage of this tablet is full.')
  const { gate } = connect(Promise.resolve(demo))
  await expect(gate.scan(attempt)).rejects.toThrow('The storage of this tablet is full.')
})

test('every change of status arrives, and a late listener hears the last one at once', async () => {
  const demo = createDemoGate()
  const { gate } = connect(Promise.resolve(demo))
  const heard = new Promise<GateStatus>((resolve) => {
    gate.watch((status) => {
      if (status.pending === 38) resolve(status)
    })
  })
  demo.set({ pending: 38 })
  await heard
  let late: GateStatus | null = null
  gate.watch((status) => {
    late = status
  })
  expect(late).toMatchObject({ pending: 38 })
})

test('[DR8] when the worker is gone, no call waits for ever, and the next worker answers', async () => {
  const remote = connect(new Promise(() => {}))
  const answer = remote.gate.scan(attempt)
  remote.disconnect('The part of this app that keeps scans was restarted.')
  await expect(answer).rejects.toThrow('was restarted')
  await expect(remote.gate.history()).rejects.toThrow('was restarted')

  const channel = new MessageChannel()
  open.push(channel)
  channel.port1.start()
  channel.port2.start()
  serveGate(channel.port2 as unknown as WorkerPort, Promise.resolve(createDemoGate()))
  remote.connect(channel.port1 as unknown as PagePort)
  expect((await remote.gate.scan(attempt)).name).toBe('José Muñoz')
})
