import { availableParallelism } from 'node:os'
import { parentPort, Worker, workerData } from 'node:worker_threads'
import { makePlan } from '../plan/make-plan.ts'
import type { RareState } from '../run/rare.ts'
import { runPlan } from '../run/run-plan.ts'

/** How one seed ended, as it crosses from a thread. */
export interface SeedResult {
  readonly seed: number
  readonly violations: readonly string[]
  readonly rare: readonly RareState[]
  readonly events: number
}

interface Task {
  readonly seeds: readonly number[]
}

/** Runs these seeds on up to two threads; `onResult` answers whether to go on. */
export async function runSeeds(
  seeds: readonly number[],
  onResult: (result: SeedResult) => boolean,
): Promise<void> {
  const threads = Math.min(2, availableParallelism(), seeds.length)
  const hands = Array.from({ length: threads }, (_, hand) =>
    seeds.filter((__, at) => at % threads === hand),
  )
  const workers = hands.map(
    (own) => new Worker(new URL(import.meta.url), { workerData: { seeds: own } satisfies Task }),
  )
  const ended = workers.map(
    (worker) =>
      new Promise<void>((resolve, reject) => {
        worker.on('error', reject)
        worker.on('exit', () => resolve())
        worker.on('message', (result: SeedResult) => {
          if (!onResult(result)) for (const one of workers) void one.terminate()
        })
      }),
  )
  await Promise.all(ended)
}

/** What a thread does: its seeds, one after the other. */
export async function runInThread(): Promise<void> {
  const { seeds } = workerData as Task
  for (const seed of seeds) {
    const { violations, rare, events } = await runPlan(makePlan(`${seed}`))
    const result: SeedResult = { seed, violations, rare: [...rare], events }
    parentPort?.postMessage(result)
  }
}
