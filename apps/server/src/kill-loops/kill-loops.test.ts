/**
 * Goal: a server, a worker or its relay may be killed at any instruction. Scans pushed are scans
 * ruled, and every effect is there once.
 * Method: real processes over real Postgres and RabbitMQ, and the server alone over PGlite. While
 * gates push, one process after the other is killed without warning and started again, the workers
 * also while they hand the outbox to the broker. In the end what was ruled is compared with what
 * ruling over everything once more gives.
 */
import { randomBytes, randomInt } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { openDoorIn, type TestDevice } from '@eventpass/api/testing'
import { openDatabase } from '@eventpass/db'
import { countOutbox, openWorld, readOutcome, ruleAllAgain } from '@eventpass/db/testing'
import type { Digest } from '@eventpass/domain'
import { freePort } from '@eventpass/tooling/free-port'
import { createTestPostgres } from '@eventpass/tooling/test-postgres'
import postgres from 'postgres'
import { expect, onTestFinished, test } from 'vitest'
import { createMortal, type Mortal } from './mortal.fake.ts'
import { scanUntil } from './scanning-gate.fake.ts'

const amqpUrl = process.env.TEST_AMQP_URL ?? 'amqp://guest:guest@127.0.0.1:5672'
const redisUrl = process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:6379'
const gateCount = 3
/** Few, so that gates meet the same people all the time. */
const ticketCount = 20
/** How long a process works between two of its deaths, at most. */
const lifeMsMax = 600
const settleMs = 60_000
/** Deaths of both workers while one of them holds rows of the outbox and hands them to the broker. */
const relayDeaths = 2
/** Of a busy machine; a quiet one needs a tenth. */
const timeout = 300_000

test('[BR2] killed at any instruction, servers and workers over RabbitMQ lose nothing and do nothing twice', {
  timeout,
}, async () => {
  const { url, drop } = await createTestPostgres()
  onTestFinished(drop)
  const database = await openDatabase({ url, connectionsMax: 4 })
  onTestFinished(database.close)
  await database.migrate()
  const world = await openWorld(database)
  const { door, gates } = await openGates(world)

  const shared = {
    DATABASE_URL: url,
    AMQP_URL: amqpUrl,
    REDIS_URL: redisUrl,
    NAMESPACE: `test-${randomBytes(6).toString('hex')}`,
  }
  const dataDir = await makeFolder()
  const { server, origin } = await createCentral({ ...shared, DATA_DIR: dataDir, WORKERS: 'false' })
  const workers = [1, 2].map(() => createMortal('apps/workers/src/main.ts', shared, /is at work/))
  const processes = [server, ...workers]
  endWithTest(processes)
  await Promise.all(processes.map((one) => one.start()))

  const load = startLoad(origin, gates, door.digests)
  const told = orderAndPay(door, 10)
  await Promise.all(
    processes.map((one) =>
      one === server ? killRepeatedly(one, 4, load.nextPush) : killRepeatedly(one, 3),
    ),
  )
  for (let n = 0; n < relayDeaths; n += 1) {
    await whileRelaying(url)
    await Promise.all(workers.map((worker) => worker.kill()))
    await Promise.all(workers.map((worker) => worker.start()))
  }
  await load.end()
  await expect.poll(() => countOutbox(database), { timeout: settleMs }).toEqual(nothingLeft)

  const heard = await world.findNotifications(door.device.grant.tenant, door.event.id)
  expect(heard.map(nameOf).sort()).toEqual((await told).map(nameOf).sort())
  const outcome = await readOutcome(database, door.event.id)
  const made = gates.reduce((sum, gate) => sum + gate.links.length, 0)
  expect(outcome).toMatchObject({ scans: made, unruled: 0 })
  expect(outcome.incidents).toBeGreaterThan(0)
  await ruleAllAgain(database, door.device.grant.tenant, door.event.id)
  expect(await readOutcome(database, door.event.id)).toEqual(outcome)
  // In good order they end by themselves, and say so.
  expect(await Promise.all(processes.map((one) => one.stop()))).toEqual([0, 0, 0])
})

test('[OB5] killed at any instruction, the server alone with everything embedded loses nothing', {
  timeout,
}, async () => {
  const dataDir = await makeFolder()
  const open = () => openDatabase({ dataDir: join(dataDir, 'pglite') })
  const before = await open()
  await before.migrate()
  const { door, gates } = await openGates(await openWorld(before))
  await before.close()

  const { server, origin } = await createCentral({ DATA_DIR: dataDir })
  endWithTest([server])
  await server.start()
  const load = startLoad(origin, gates, door.digests)
  await killRepeatedly(server, 2, load.nextPush)
  await load.end()
  expect(await server.stop()).toBe(0)

  // What it had not come to when it was stopped is done by its next life.
  await server.start()
  await pause(lifeMsMax)
  await server.stop()
  const after = await open()
  onTestFinished(after.close)
  expect(await countOutbox(after)).toEqual(nothingLeft)
  const outcome = await readOutcome(after, door.event.id)
  const made = gates.reduce((sum, gate) => sum + gate.links.length, 0)
  expect(outcome).toMatchObject({ scans: made, unruled: 0 })
  await ruleAllAgain(after, door.device.grant.tenant, door.event.id)
  expect(await readOutcome(after, door.event.id)).toEqual(outcome)
})

const nothingLeft = { waiting: 0, parked: 0 }

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kill-loop-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

function endWithTest(processes: readonly Mortal[]): void {
  onTestFinished(async () => void (await Promise.all(processes.map((one) => one.kill()))))
}

async function openGates(world: Awaited<ReturnType<typeof openWorld>>) {
  const door = await openDoorIn(world, ticketCount)
  const gates = [door.device]
  while (gates.length < gateCount) gates.push(await door.pair())
  return { door, gates }
}

async function createCentral(env: Readonly<Record<string, string>>) {
  const port = await freePort()
  const more = { PORT: String(port), PAGES: 'false', DEMO: 'false', LOG_LEVEL: 'warn' }
  const server = createMortal('apps/server/src/main.ts', { ...more, ...env }, /http:\/\/localhost/)
  return { server, origin: `http://127.0.0.1:${port}` }
}

/** Gates that push until they are told to end, through whatever happens to central. */
function startLoad(origin: string, gates: readonly TestDevice[], digests: readonly Digest[]) {
  let over = false
  let onPushed = () => {}
  const hooks = { isOver: () => over, onPushed: () => onPushed() }
  const pushing = gates.map((gate) => scanUntil(origin, gate, digests, hooks))
  return {
    nextPush: () =>
      new Promise<void>((resolve) => {
        onPushed = resolve
      }),
    async end() {
      over = true
      await Promise.all(pushing)
    },
  }
}

type Door = Awaited<ReturnType<typeof openGates>>['door']

/** Orders one invitee after the other and pays for each; answers what people should hear of, each once. */
async function orderAndPay(door: Door, count: number) {
  const event = door.event.id
  const caller = await door.owner.call()
  const told: { kind: string; subject: string }[] = []
  for (let no = 1; no <= count; no += 1) {
    const { id: order } = await caller.orders.create({ event, invitees: [no] })
    await caller.orders.markPaid({ event, order })
    told.push({ kind: 'order.created', subject: order }, { kind: 'order.paid', subject: order })
    await pause(randomInt(lifeMsMax))
  }
  return told
}

const nameOf = ({ kind, subject }: { kind: string; subject: string }) => `${kind} ${subject}`

/** Resolves at a moment at which a relay has rows locked and waits for the broker to confirm them. */
async function whileRelaying(url: string): Promise<void> {
  const sql = postgres(url, { max: 1 })
  try {
    for (;;) {
      const relays = await sql`select 1 from pg_stat_activity
        where datname = current_database() and state = 'idle in transaction'
          and query like '%from outbox%for update skip locked%'`
      if (relays.length > 0) return
    }
  } finally {
    await sql.end({ timeout: 1 })
  }
}

/** Kills in the middle of work, at any moment of it, and starts again. */
async function killRepeatedly(
  one: Mortal,
  times: number,
  untilAtWork: () => Promise<void> = async () => {},
): Promise<void> {
  for (let n = 0; n < times; n += 1) {
    await untilAtWork()
    await pause(randomInt(lifeMsMax))
    await one.kill()
    await one.start()
  }
}
