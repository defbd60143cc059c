import { setTimeout as pause } from 'node:timers/promises'
import { checkHistory } from './check-history.ts'
import type { Client } from './client.ts'
import { allFaults, redisFaults } from './faults.ts'
import type { Violation } from './history.ts'
import { type Field, openField } from './open-field.ts'
import { readEnd, waitForEffects } from './read-end.ts'
import { createRecorder, type Recorder } from './recorder.ts'
import { openStack, type ServiceName, type Stack, serviceNames } from './stack.ts'

export interface HistoryPlan {
  /** Answers to hear before it ends; each fault happens once at least. */
  readonly claims: number
  /** It ends after this time at the latest, once each fault has happened. */
  readonly seconds: number
  readonly clients: number
  readonly invitees: number
  /** False drops the unique indexes that hold CL1, so that the run must end with a violation. */
  readonly withIndex: boolean
  /** Only faults with this in their name; empty for all. */
  readonly only: string
  /** Ends the run where it is; what it started is taken away. */
  readonly signal: AbortSignal
  readonly tell: (sentence: string) => void
}

/** What a run was, and what it found. */
export interface Story {
  readonly answered: number
  /** Ms from the first question to the last answer of the load. */
  readonly loadMs: number
  /** How often each answer was heard. */
  readonly heard: ReadonlyMap<string, number>
  /** Ops that once got no answer: how many turned out to be there already when they were asked again. */
  readonly unknownOps: number
  readonly voided: number
  /** How often each fault happened. */
  readonly faults: ReadonlyMap<string, number>
  readonly latencyMs: { readonly median: number; readonly p99: number }
  readonly violations: readonly Violation[]
}

/** Between two faults, so that the next meets a central that is at work. */
const answersBetween = 100

/**
 * Lets clients claim the same codes at real API nodes while their services are harmed, one fault
 * after the other, then asks again whatever stayed open, and judges the whole history.
 */
export async function runHistory(plan: HistoryPlan): Promise<Story> {
  const recorder = createRecorder(() => Date.now())
  const field = { current: null as Field | null }
  const stack = await openStack(servicesOf(plan), async (settings) => {
    field.current = await openField(settings, plan)
  })
  try {
    if (!field.current) throw new Error('The database was not made ready.')
    return await tellStory(plan, stack, field.current, recorder)
  } finally {
    await stack.close()
  }
}

/** Without the indexes Redis alone is harmed, and nobody waits for a RabbitMQ to come up. */
function servicesOf({ withIndex }: HistoryPlan): readonly ServiceName[] {
  return serviceNames.filter((name) => withIndex || name !== 'rabbitmq')
}

async function tellStory(
  plan: HistoryPlan,
  stack: Stack,
  field: Field,
  recorder: Recorder,
): Promise<Story> {
  const happened = new Map<string, number>()
  const kinds = (plan.withIndex ? allFaults : redisFaults).filter(({ name }) =>
    name.includes(plan.only),
  )
  const origins = stack.nodes.map(({ origin }) => origin)
  const { isOver } = recorder
  plan.signal.addEventListener('abort', recorder.end)
  const progress = () => recorder.answered() / plan.claims
  const clients = field.createClients({ origins, recorder, isOver, progress })

  plan.tell('Central is up.')
  const startedMs = Date.now()
  const load = Promise.all(clients.map((client) => client.work()))
  // A client that fails ends the run, not this process.
  load.catch(recorder.end)
  const harm = async () => {
    const isDone = () => progress() >= 1 || Date.now() - startedMs >= plan.seconds * 1_000
    for (let no = 0; !isOver() && !(no >= kinds.length && isDone()); no += 1) {
      await recorder.nextAnswers(answersBetween)
      const fault = kinds[no % kinds.length]
      if (!fault || isOver()) return
      plan.tell(`${recorder.answered()} answered. ${fault.name}.`)
      await fault.happen(stack, recorder)
      happened.set(fault.name, (happened.get(fault.name) ?? 0) + 1)
    }
  }
  await harm().finally(recorder.end)
  await load
  const loadMs = Date.now() - startedMs
  const answered = recorder.answered()
  const found = recorder.violation()
  const violations = found ? [found] : await settleAndJudge(plan, stack, field, recorder, clients)
  return { answered, loadMs, faults: happened, violations, ...figuresOf(recorder) }
}

async function settleAndJudge(
  plan: HistoryPlan,
  stack: Stack,
  field: Field,
  recorder: Recorder,
  clients: readonly Client[],
): Promise<readonly Violation[]> {
  plan.tell(`${recorder.answered()} answered. Asking again what stayed open.`)
  await Promise.all(clients.map((client) => client.settle()))
  plan.tell('Waiting until every claim had its effect.')
  await waitForEffects(stack.databaseUrl, pause)
  const { asked, releases } = recorder
  return checkHistory(asked, releases, await readEnd(stack.databaseUrl, field.event))
}

function figuresOf({ asked, releases }: Recorder) {
  const heard = new Map<string, number>()
  const unknown = new Set<string>()
  const times: number[] = []
  for (const {
    op,
    heard: { kind },
    fromMs,
    toMs,
  } of asked) {
    heard.set(kind, (heard.get(kind) ?? 0) + 1)
    if (kind === 'unknown') unknown.add(op)
    else times.push(toMs - fromMs)
  }
  times.sort((a, b) => a - b)
  const latencyMs = {
    median: times[times.length >> 1] ?? 0,
    p99: times[((times.length * 99) / 100) | 0] ?? 0,
  }
  return { heard, unknownOps: unknown.size, voided: releases.length, latencyMs }
}
