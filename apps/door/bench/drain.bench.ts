import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { atLeastPartOf, besides, type Figure, median } from '@eventpass/tooling/bench'
import { plainInsertRate } from '@eventpass/tooling/plain-insert'
import { withTestPostgres } from '@eventpass/tooling/test-postgres'
import postgres from 'postgres'
import { openCentral } from '../e2e/central.ts'
import { endWithTests } from '../e2e/end-with-tests.ts'
import { openNodeGate } from '../e2e/node-gate.ts'
import { type Organiser, openOrganiser } from '../e2e/organiser.ts'
import { createGatheringLine } from './gathering-line.ts'

const amqpUrl = process.env.TEST_AMQP_URL ?? 'amqp://guest:guest@127.0.0.1:5672'
const root = new URL('../../..', import.meta.url).pathname
const gateCount = 20
const scansPerRound = 10_000
/** Drained first, untimed: a central that was started a moment ago is none that gates meet. */
const roundsToWarmUp = 5
const rounds = 9
const part = 0.25
const waitMsMax = 120_000

/** What one round gives, in scans a second. */
interface Round {
  readonly drained: number
  /** Plain inserts right after it: of all rows that reconciled scans leave, and of the scans alone. */
  readonly plain: number
  readonly plainScans: number
}

/**
 * How fast the queues of 20 gates are ruled over in Postgres: from the first push to the last ruling,
 * through HTTP, ledger, outbox, RabbitMQ and the worker, server and worker each a process of its own.
 *
 * Real gates scan offline and sign; their pushes are held on the line and sent when the clock runs,
 * since the gates are other machines. Each round sends them again, to a central that has lost them.
 *
 * The floor is a plain insert of the same rows into a Postgres that does nothing else: gates that still
 * pull would slow it. The same rows are all that a reconciled scan leaves behind, its own, its ruling
 * and the admission of its key, in tables with the same indexes: nobody who wants the state that the
 * clock is stopped at writes less. The scans alone are the state that it is started at; what an insert
 * of these takes stands beside it, without a bar.
 *
 * Each round is timed beside a floor of its own, since machines change their pace from minute to
 * minute: the figure is the round whose ratio is the median.
 */
export async function benchDrain(print: (figure: Figure) => void): Promise<void> {
  await withTestPostgres(async (url) => {
    const sql = postgres(url, { max: 1, onnotice: () => {} })
    try {
      const taken = await timeDrains(url, sql)
      const ratios = taken.map(({ drained, plain }) => drained / plain)
      const round = taken[ratios.indexOf(median(ratios))]
      if (!round) throw new Error('No round was timed.')
      const name = `drain of ${scansPerRound} queued scans to reconciled`
      const drained = { value: round.drained, unit: 'scans/s' }
      print(atLeastPartOf(name, { ...drained, versus: round.plain, part }))
      const alone = `${name}, beside an insert of the scans alone`
      print(besides(alone, { ...drained, versus: round.plainScans }))
    } finally {
      await sql.end()
    }
  })
}

async function timeDrains(url: string, sql: postgres.Sql): Promise<readonly Round[]> {
  const central = await openCentral(url, {
    ...{ AMQP_URL: amqpUrl, PAGES: 'false', WORKERS: 'false' },
  })
  const workers = startWorkers(url)
  try {
    await central.start()
    const organiser = await openOrganiser(central.origin, scansPerRound)
    const pushes = await queueUp(central.origin, organiser)
    const loseScans = await rememberHeads(sql)
    const drain = async () => {
      await loseScans()
      const ruled = (await readRuled(sql, organiser.event)) + scansPerRound
      const start = performance.now()
      const sent = pushes.map((push) => push())
      await Promise.all([...sent, until(() => readRuled(sql, organiser.event), ruled)])
      return (scansPerRound / (performance.now() - start)) * 1_000
    }
    for (let round = 0; round < roundsToWarmUp; round += 1) await drain()
    const taken: Round[] = []
    for (let round = 0; round < rounds; round += 1) {
      const drained = await drain()
      const plain = await plainInsertRate(sql, ['scans', 'rulings', 'admissions'])
      taken.push({ drained, plain, plainScans: await plainInsertRate(sql, ['scans']) })
    }
    return taken
  } finally {
    workers.kill('SIGKILL')
    await central.remove()
  }
}

/** Has gates scan every code offline, and answers the push of each, signed and ready. */
async function queueUp(origin: string, organiser: Organiser) {
  const queues = await Promise.all(
    Array.from({ length: gateCount }, async () => {
      const line = createGatheringLine(origin)
      return { line, gate: await openNodeGate(origin, organiser, line.via) }
    }),
  )
  for (const { line } of queues) line.state = 'cut'
  for (const [at, token] of [...organiser.tokens.values()].entries()) {
    await queues[at % gateCount]?.gate.scan(token)
  }
  const pushes = []
  for (const { line, gate } of queues) {
    line.state = 'gathering'
    gate.wake()
    pushes.push(await line.gathered)
    await gate.remove()
  }
  return pushes
}

/** Answers what makes central lose its scans, as if it had never heard of them. */
async function rememberHeads(sql: postgres.Sql): Promise<() => Promise<void>> {
  await sql`create table heads as select id, through_seq, through_hash from devices`
  return async () => {
    await sql`truncate scans, rulings, admissions`
    await sql`
      update devices d set through_seq = h.through_seq, through_hash = h.through_hash
      from heads h where h.id = d.id`
  }
}

/** How many rulings there ever were: each has a revision of its own, and each admit one ruling. */
async function readRuled(sql: postgres.Sql, event: string): Promise<number> {
  const [row] = await sql`
    select rulings_revision::int as ruled from event_revisions where event = ${event}`
  return row?.ruled
}

/** Asks every 10 ms until the answer is as great. */
async function until(ask: () => Promise<number>, least: number): Promise<void> {
  const endMs = performance.now() + waitMsMax
  while ((await ask()) < least) {
    if (performance.now() > endMs) {
      throw new Error(`What the bench waits for did not come within ${waitMsMax} ms.`)
    }
    await delay(10)
  }
}

function startWorkers(databaseUrl: string): ChildProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', 'apps/workers/src/main.ts'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: databaseUrl,
      AMQP_URL: amqpUrl,
      LOG_LEVEL: 'error',
    },
  })
  endWithTests(child, (pid) => pid)
  return child
}
