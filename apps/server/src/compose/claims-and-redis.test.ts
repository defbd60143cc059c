/**
 * Goal: Redis may only delay (CL3): whatever is done to it, of each code one claim is accepted and all
 * others are told who has it.
 * Method: central over Postgres with a Redis of this test's own, which is flushed all the while, then
 * stopped and resumed, then killed, while gates claim the same codes at once.
 */
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { openEvent, openTenant, pairDevice } from '@eventpass/api/testing'
import type { Digest } from '@eventpass/domain'
import { createTestPostgres, type TestPostgres } from '@eventpass/tooling/test-postgres'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readEnv } from '../env.ts'
import { type Central, openCentral } from './open-central.ts'

const run = promisify(execFile)
const scripts = new URL('../../../../infra/scripts', import.meta.url).pathname
const name = `claims-${randomUUID().slice(0, 8)}`
const gatesCount = 6
const codesPerRound = 8

let dir: string
let redis: { readonly url: string; readonly pid: number }
let database: TestPostgres
let central: Central

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'claims-redis-'))
  const asked = ['--only', 'redis', '--run', name, '--owner', String(process.pid)]
  const env = { ...process.env, EVENTPASS_SERVICES: 'private' }
  const { stdout } = await run(join(scripts, 'dev-up.sh'), asked, { env })
  const told = new Map(stdout.split('\n').map((line) => line.split('=', 2) as [string, string]))
  redis = { url: told.get('REDIS_URL') ?? '', pid: Number(told.get('REDIS_PID')) }
  database = await createTestPostgres()
  const settings = {
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    DATA_DIR: dir,
    SIGNUP: 'true',
  }
  central = await openCentral(readEnv(settings), pino({ level: 'silent' }))
})

afterAll(async () => {
  await central?.close()
  await run(join(scripts, 'dev-down.sh'), [name])
  await database.drop()
  await rm(dir, { recursive: true })
})

/** Gates at one door, and a round in which all claim each of some new codes at once. */
async function openDoor() {
  const world = { deps: central.deps, clock: { ms: 0 } }
  const owner = await openTenant(world)
  const caller = await owner.call()
  const { id: event, lists, gates } = await openEvent(owner)
  const [list, gate] = [lists[0]?.id, gates[0]?.id]
  if (!list || !gate) throw new Error('A new event has a list and a gate.')
  const devices: Awaited<ReturnType<typeof pairDevice>>[] = []
  while (devices.length < gatesCount) {
    devices.push(await pairDevice(world, owner, { event, list, gate }))
  }
  return async () => {
    const bytes = (async function* () {
      const names = Array.from({ length: codesPerRound }, () => randomUUID())
      yield new TextEncoder().encode(['Name', ...names].join('\n'))
    })()
    const { id } = await caller.invitees.upload({ event, fileName: 'list.csv', bytes })
    const { tenant } = devices[0]?.grant ?? {}
    if (!tenant) throw new Error('There are gates.')
    const before = await revisionOf(tenant, event)
    await caller.invitees.importCommit({ id })
    const digests = await central.deps.tx(tenant, async ({ manifest }) => {
      const changes = await manifest.findChanges(event, before, 2 ** 40, codesPerRound)
      return changes.tickets.map(({ digest }) => digest)
    })
    expect(digests).toHaveLength(codesPerRound)
    await Promise.all(digests.map((digest) => claimByAll(digest)))
  }

  function revisionOf(tenant: Parameters<typeof central.deps.tx>[0], of: typeof event) {
    return central.deps.tx(tenant, async ({ manifest }) => (await manifest.revisions(of)).manifest)
  }

  /** One is accepted; each other is told that very one. */
  async function claimByAll(digest: Digest): Promise<void> {
    const answers = await Promise.all(
      devices.map(async (device) => {
        const intent = device.intend(digest)
        return { op: intent.op, answer: await device.claim(intent) }
      }),
    )
    const winners = answers.filter(({ answer }) => answer.outcome === 'accepted')
    const told = answers.flatMap(({ answer }) =>
      answer.outcome === 'taken' ? [answer.by.scan] : [],
    )
    expect(winners).toHaveLength(1)
    expect(told).toEqual(Array(gatesCount - 1).fill(winners[0]?.op))
  }
}

test('[CL3] Redis is flushed, stopped and killed, and every claim is answered as if it were there', async () => {
  const round = await openDoor()
  expect(central.redis?.isUp()).toBe(true)
  await round()

  const flusher = new Redis(redis.url)
  let flushing = true
  const flushes = (async () => {
    while (flushing) await flusher.flushall()
  })()
  await round()
  flushing = false
  await flushes
  flusher.disconnect()

  process.kill(redis.pid, 'SIGSTOP')
  await round()
  process.kill(redis.pid, 'SIGCONT')
  await round()

  process.kill(redis.pid, 'SIGKILL')
  await round()
  while (central.redis?.isUp()) await sleep(10)
  await round()
})
