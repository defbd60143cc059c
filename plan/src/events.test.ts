/**
 * Goal: who listens hears what the tracker does, as loudly as the rules say.
 * Method: the file, and a channel of a real Redis.
 */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { Redis } from 'ioredis'
import { afterEach, expect, test } from 'vitest'
import { createEventLog, eventsBytesMax } from './events.ts'
import { openPlan } from './open-plan.ts'
import { createPlanFiles } from './plan-files.ts'
import { createRedisPublisher } from './redis-publisher.ts'
import { parseRules } from './rules-file.ts'
import { createProject, rulesShape, type TestProject, value } from './testing.ts'

const redisUrl = process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:6379'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

const rules = (logging: object) =>
  value(
    parseRules(JSON.stringify({ ...rulesShape, logging: { ...rulesShape.logging, ...logging } })),
  )

const lines = (project: TestProject): string[] =>
  project.exists('plan/events.ndjson')
    ? project.read('plan/events.ndjson').trimEnd().split('\n')
    : []

test.each([
  ['error', ['e']],
  ['warn', ['e', 'w']],
  ['info', ['e', 'w', 'i']],
  ['debug', ['e', 'w', 'i', 'd']],
])('[PL14] at the level %s this is told: %j', async (level, told) => {
  const project = createProject()
  const files = createPlanFiles(project.root)
  const log = createEventLog({ files, rules: rules({ level }), publish: null, nowMs: () => 0 })
  for (const [name, at] of [
    ['e', 'error'],
    ['w', 'warn'],
    ['i', 'info'],
    ['d', 'debug'],
  ] as const) {
    await log.emit({ level: at, event: name, message: name })
  }
  expect(lines(project).map((line) => JSON.parse(line).event)).toEqual(told)
})

test('[PL14] an event is one JSON line with its time and channel', async () => {
  const project = createProject()
  const files = createPlanFiles(project.root)
  const nowMs = () => Date.UTC(2026, 0, 1)
  const log = createEventLog({ files, rules: rules({}), publish: null, nowMs })
  await log.emit({ level: 'info', event: 'step_done', step: '0.1', message: 'two\nlines' })
  expect(lines(project)).toEqual([
    '{"at":"2026-01-01T00:00:00.000Z","channel":"ai-events","level":"info","event":"step_done","step":"0.1","message":"two\\nlines"}',
  ])
})

test('[PL14] with REDIS_URL the same line is heard on the channel of the rules', async () => {
  const channel = `ai-events-test-${randomBytes(6).toString('hex')}`
  const listener = new Redis(redisUrl)
  closers.push(() => listener.disconnect())
  await listener.subscribe(channel)
  const project = createProject({ logging: { event_emit_channel: channel } })
  const opened = value(
    await openPlan({
      root: project.root,
      databaseUrl: null,
      redisUrl,
      nowMs: () => 0,
      purpose: 'a test',
      onNotice: () => {},
    }),
  )
  closers.push(() => opened.close())
  const heard = once(listener, 'message')
  await opened.events.emit({ level: 'error', event: 'plan_paused', message: 'it failed' })
  expect(await heard).toEqual([channel, lines(project)[0]])
})

test('[PL14] a channel that is down stops nothing, and that is told', async () => {
  const project = createProject()
  const { publish, close } = createRedisPublisher('redis://127.0.0.1:1')
  closers.push(close)
  const files = createPlanFiles(project.root)
  const log = createEventLog({ files, rules: rules({}), publish, nowMs: () => 0 })
  await log.emit({ level: 'info', event: 'step_done', message: 'done' })
  expect(lines(project).map((line) => JSON.parse(line).event)).toEqual([
    'step_done',
    'publish_failed',
  ])
})

test('[PL14] the file is moved away before it grows without end', async () => {
  const project = createProject()
  project.write('plan/events.ndjson', `${'x'.repeat(eventsBytesMax)}\n`)
  const files = createPlanFiles(project.root)
  const log = createEventLog({ files, rules: rules({}), publish: null, nowMs: () => 0 })
  await log.emit({ level: 'info', event: 'step_done', message: 'done' })
  expect(lines(project).length).toBe(1)
  expect(project.read('plan/events.1.ndjson').length).toBe(eventsBytesMax + 1)
})
