/**
 * Goal: an operator and a scraper hear how a worker process is, and nothing of anybody's guests.
 * Method: the pages asked over HTTP, over figures that a test sets.
 */
import { createWorkFigures } from '@eventpass/api'
import { afterEach, expect, test } from 'vitest'
import { readEnv } from './env.ts'
import { type Figures, serveFigures } from './serve-figures.ts'

const opened: Figures[] = []
afterEach(async () => {
  for (const figures of opened.splice(0)) await figures.close()
})

async function serve(port: number | null = 0) {
  const figures = createWorkFigures()
  const up = { postgres: true, broker: true }
  const served = await serveFigures(
    { figures, askDependencies: async () => ({ ...up }) },
    { host: '127.0.0.1', port },
  )
  opened.push(served)
  const ask = (path: string) => fetch(`http://127.0.0.1:${served.port}${path}`)
  return { figures, up, ask, port: served.port }
}

test('[OB9] /health is degraded by parked work and down without the database or the broker', async () => {
  const { figures, up, ask } = await serve()
  const health = async () => {
    const answer = await ask('/health')
    return { code: answer.status, ...((await answer.json()) as object) }
  }
  expect(await health()).toEqual({ code: 200, status: 'ok', dependencies: up, parked: {} })
  figures.queues = [
    { topic: 'orders', ready: 3, parked: 2, parkedMessages: 0 },
    { topic: 'reconcile', ready: 0, parked: 0, parkedMessages: 0 },
  ]
  expect(await health()).toMatchObject({ code: 200, status: 'degraded', parked: { orders: 2 } })
  up.broker = false
  expect(await health()).toMatchObject({ code: 503, status: 'down' })
  expect((await ask('/')).status).toBe(404)
})

test('[OB9] /metrics counts what was done and what waits', async () => {
  const { figures, ask } = await serve()
  Object.assign(figures, { relayed: 7, consumed: 6, reconciled: 5, outboxLagMs: 1_500 })
  figures.queues = [{ topic: 'reconcile', ready: 4, parked: 1, parkedMessages: 2 }]
  const text = await (await ask('/metrics')).text()
  for (const line of [
    'eventpass_outbox_relayed_total 7',
    'eventpass_messages_consumed_total 6',
    'eventpass_keys_reconciled_total 5',
    'eventpass_outbox_lag_seconds 1.5',
    'eventpass_outbox_parked_rows{topic="reconcile"} 1',
    'eventpass_queue_messages{topic="reconcile",state="parked"} 2',
    'eventpass_dependency_up{dependency="broker"} 1',
  ]) {
    expect(text).toContain(line)
  }
})

test('[OB9] a second worker of a machine takes a free port, unless it was given one', async () => {
  const first = await serve(null)
  const second = await serve(null)
  expect(second.port).not.toBe(first.port)
  await expect(serve(first.port)).rejects.toThrow(
    `Port ${first.port} is in use. Stop what listens there, or start with WORKER_PORT=${first.port + 1}.`,
  )
})

test('faults of the environment are named all at once', () => {
  const faulty = () => readEnv({ DATABASE_URL: 'mysql://x', WORKER_PORT: '99999' })
  for (const name of ['DATABASE_URL', 'AMQP_URL', 'WORKER_PORT']) expect(faulty).toThrow(name)
})
