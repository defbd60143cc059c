/**
 * Goal: a plan is opened where its settings say, and a place that cannot be used is said plainly.
 * Method: the real parts, with a Postgres database of this file's own.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type OpenPlan, openPlan } from './open-plan.ts'
import { stepsOf } from './plan.ts'
import { createPostgresStore } from './postgres-store.ts'
import { failureOfStorage } from './storage-failure.ts'
import { createTestPostgres, type TestPostgres } from './test-database/testing.ts'
import { byHand, createProject, refusal, type TestProject, value } from './testing.ts'

let database: TestPostgres
beforeAll(async () => {
  database = await createTestPostgres()
})
afterAll(() => database.drop())

const opened: OpenPlan[] = []
afterEach(async () => {
  for (const plan of opened.splice(0)) await plan.close()
  await database.run('drop schema if exists plan cascade')
})

const settings = (project: TestProject, databaseUrl: string | null) => ({
  root: project.root,
  databaseUrl,
  redisUrl: null,
  nowMs: Date.now,
  purpose: 'a test',
  onNotice: () => {},
})

async function open(project: TestProject, databaseUrl: string | null): Promise<OpenPlan> {
  const plan = value(await openPlan(settings(project, databaseUrl)))
  opened.push(plan)
  return plan
}

const tables = (project: TestProject): string[] =>
  readdirSync(join(project.root, '.eventpass')).filter((name) => name.endsWith('.db'))

test('[PL23] the table is a file of the project, or in Postgres where an address says so', async () => {
  const here = createProject()
  value(await (await open(here, null)).handler.start())
  expect(tables(here)).toEqual(['plan.db'])

  const there = createProject()
  value(await (await open(there, database.url)).handler.start())
  expect(tables(there)).toEqual([])
  const store = createPostgresStore(database.url)
  expect(await store.readStamp()).toMatchObject({ revision: 1 })
  await store.close()
})

test('[PL6] two checkouts that share a Postgres lose nothing of what the other did', async () => {
  const ids = ['0.1', '0.2', '0.3', '0.4', '0.5', '0.6']
  const phases = { '0': Object.fromEntries(ids.map((id) => [id, byHand])) }
  const projects = [createProject({}, phases), createProject({}, phases)]
  const plans = await Promise.all(projects.map((project) => open(project, database.url)))
  for (const { handler } of plans) value(await handler.start())
  const work = async ({ handler }: OpenPlan, steps: readonly string[]) => {
    for (const step of steps) {
      const word = { kind: 'confirm', by: 'Ada', reason: 'seen', force: false } as const
      value(await handler.saveStepComplete(step, word))
    }
  }
  await Promise.all(plans.map((plan, at) => work(plan, ids.slice(at * 3, at * 3 + 3))))
  for (const { handler } of plans) {
    const plan = value(await handler.loadMemory())
    expect(stepsOf(plan).map(({ status }) => status)).toEqual(ids.map(() => 'done'))
  }
  const [one, other] = projects.map((project) => project.read('plan/plan-memory.json'))
  expect(one).toBe(other)
})

test.each(['nonsense', 'mysql://127.0.0.1/x'])(
  '[PL23] %j is no address of a table',
  async (url) => {
    expect(refusal(await openPlan(settings(createProject(), url)))).toBe('storage')
  },
)

test('[PL23] a Postgres that is away or lets nobody in is a failure with a way out', async () => {
  const away = 'postgres://postgres@127.0.0.1:1/plan'
  const unknown = new URL(database.url)
  unknown.pathname = '/there_is_no_such_database'
  for (const url of [away, unknown.href]) {
    const { handler } = await open(createProject(), url)
    const error = await handler.loadMemory().catch((thrown: unknown) => thrown)
    expect(failureOfStorage(error)?.message).toContain('PLAN_DATABASE_URL cannot be used')
  }
})

test('[PL23] a disk that takes nothing is a failure, and a bug is none', async () => {
  const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
  expect(failureOfStorage(new Error('writing failed', { cause: full }))?.kind).toBe('storage')
  expect(failureOfStorage(new TypeError('x is undefined'))).toBeNull()
  expect(failureOfStorage('no error at all')).toBeNull()
})
