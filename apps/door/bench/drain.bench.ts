import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { atLeastPartOf, besides, type Figure, median } from '@eventpass/tooling/bench'
import { plainInsertRate } from '@eventpass/tooling/plain-insert'
import postgres from 'postgres'
import { openCentral } from '../e2e/central.ts'
import { endWithTests } from '../e2e/end-with-tests.ts'
import { type NodeGate, openNodeGate } from '../e2e/node-gate.ts'
import { openOrganiser } from '../e2e/organiser.ts'
import { onPostgres } from '../e2e/postgres-database.ts'
import { createGatheringLine, type GatheringLine } from './gathering-line.ts'

const amqpUrl = process.env.TEST_AMQP_URL ?? 'amqp://guest:guest@127.0.0.1:5672'
const root = new URL('../../..', import.meta.url).pathname
const gateCount = 20
const scansPerRound = 10_000
/** Drained first: a central that was started a moment ago is none that gates meet. */
const scansToWarmUp = 5_000
const rounds = 5
const part = 0.25
const waitMsMax = 120_000

/** A gate, and the line that holds its push back until it is timed. */
interface Queue {
  readonly gate: NodeGate
  readonly line: GatheringLine
}

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
 * since the gates are other machines.
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
  await onPostgres(async (url) => {
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
  const queues: Queue[] = []
  const workers = startWorkers(url)
  try {
    await central.start()
    const organiser = await openOrganiser(central.origin, scansToWarmUp + rounds * scansPerRound)
    const tokens = [...organiser.tokens.values()]
    queues.push(
      ...(await Promise.all(
        Array.from({ length: gateCount }, async () => {
          const line = createGatheringLine(central.origin)
          return { line, gate: await openNodeGate(central.origin, organiser, line.via) }
        }),
      )),
    )
    let ruled = 0
    const drain = async (count: number) => {
      const pushes = await queueUp(queues, tokens.splice(0, count))
      ruled += count
      const start = performance.now()
      await Promise.all([...pushes.map((push) => push()), untilRuled(sql, organiser.event, ruled)])
      const took = performance.now() - start
      await untilReceived(queues)
      return (count / took) * 1_000
    }
    await drain(scansToWarmUp)
    const taken: Round[] = []
    for (let round = 0; round < rounds; round += 1) {
      const drained = await drain(scansPerRound)
      const plain = await plainInsertRate(sql, ['scans', 'rulings', 'admissions'])
      taken.push({ drained, plain, plainScans: await plainInsertRate(sql, ['scans']) })
    }
    return taken
  } finally {
    for (const { gate } of queues) await gate.remove()
    workers.kill('SIGKILL')
    await central.remove()
  }
}

/** Scans these codes offline, spread over the gates, and answers the push of each, signed and ready. */
async function queueUp(queues: readonly Queue[], tokens: readonly string[]) {
  for (const { line } of queues) line.state = 'cut'
  for (const [at, token] of tokens.entries()) await queues[at % queues.length]?.gate.scan(token)
  return Promise.all(
    queues.map(async ({ line, gate }) => {
      line.state = 'gathering'
      gate.wake()
      const push = await until(() => line.take())
      // Gates that try again while others are timed would be part of the load.
      line.state = 'cut'
      return push
    }),
  )
}

/** Lets the gates hear that all of it has arrived, and cuts them off again. */
async function untilReceived(queues: readonly Queue[]): Promise<void> {
  for (const { line, gate } of queues) {
    line.state = 'whole'
    gate.wake()
  }
  for (const { gate } of queues) await until(() => gate.pending() === 0 || null)
  for (const { line } of queues) line.state = 'cut'
}

/** Each admit has one ruling, and each ruling a revision of its own: one row tells how many there are. */
async function untilRuled(sql: postgres.Sql, event: string, count: number): Promise<void> {
  await until(async () => {
    const [row] = await sql`
      select rulings_revision::int as ruled from event_revisions where event = ${event}`
    return row?.ruled >= count || null
  })
}

/** Asks every 10 ms until there is an answer. */
async function until<Answer>(ask: () => Answer | null | Promise<Answer | null>): Promise<Answer> {
  const endMs = performance.now() + waitMsMax
  while (performance.now() < endMs) {
    const answer = await ask()
    if (answer !== null) return answer
    await delay(10)
  }
  throw new Error(`What the bench waits for did not come within ${waitMsMax} ms.`)
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
