import { writeSync } from 'node:fs'
import { join } from 'node:path'
import type { PlanFiles } from '../plan-files.ts'
import { createPlanLock } from '../plan-lock.ts'
import type { PlanStore } from '../plan-store.ts'
import { createClock, openTestPlan, passed, value } from '../testing.ts'

/** What a process of its own does until it ends or is ended; given as JSON on its command line. */
export type Job =
  /** Completes these steps one by one and says so after each. */
  | { readonly kind: 'complete'; readonly root: string; readonly steps: readonly string[] }
  /** The same on a person's word, for steps without a proof. */
  | { readonly kind: 'confirm'; readonly root: string; readonly steps: readonly string[] }
  /** Completes them by proof, and ends itself by SIGKILL before the change to the disk with this number. */
  | {
      readonly kind: 'die'
      readonly root: string
      readonly steps: readonly string[]
      readonly at: number
    }
  /** Takes the plan's lock and keeps it. */
  | { readonly kind: 'hold'; readonly root: string }

/** Calls `before` ahead of each operation that changes the disk, and of no other. */
export function watchChanges(before: () => void) {
  const wrap =
    <A extends unknown[], R>(change: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      before()
      return change(...args)
    }
  return {
    wrapFiles: (files: PlanFiles): PlanFiles => ({
      ...files,
      writeText: wrap(files.writeText),
      appendText: wrap(files.appendText),
      flushFile: wrap(files.flushFile),
      flushFolder: wrap(files.flushFolder),
      renameFile: wrap(files.renameFile),
      removeFile: wrap(files.removeFile),
      makeFolder: wrap(files.makeFolder),
    }),
    wrapStore: (store: PlanStore): PlanStore => ({
      ...store,
      write: wrap(store.write),
      replace: wrap(store.replace),
    }),
  }
}

async function work(job: Job): Promise<void> {
  if (job.kind === 'hold') {
    const path = join(job.root, '.eventpass/plan.lock')
    const lock = createPlanLock({ path, waitMaxMs: 0, purpose: 'holding on' })
    await lock.hold(() => new Promise((keep) => setInterval(() => keep, say('held'))))
    return
  }
  let changes = 0
  const dying = watchChanges(() => {
    changes++
    if (job.kind === 'die' && changes === job.at) process.kill(process.pid, 'SIGKILL')
  })
  const clock = createClock()
  clock.ms += 60 * 60_000
  const plan = await openTestPlan(job.root, { clock, ...dying })
  for (const step of job.steps) {
    const meta = job.kind === 'confirm' ? word : passed(step)
    value(await plan.handler.saveStepComplete(step, meta))
    say(step)
  }
  await plan.close()
}

const word = { kind: 'confirm', by: 'a racer', reason: 'seen', force: false } as const

/** At once and whole, so that nothing said is lost with the process. */
function say(word: string): number {
  writeSync(1, `${word}\n`)
  return 1_000
}

const given = process.argv[2]
if (given?.startsWith('{')) await work(JSON.parse(given))
