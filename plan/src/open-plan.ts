import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { createEventLog, type EventLog, type Publish } from './events.ts'
import { type LearnedRules, readLearned } from './learned-file.ts'
import { createLibsqlStore } from './libsql-store.ts'
import { createMemoryHandler, type MemoryHandler } from './memory-handler.ts'
import { createPlanFiles, type PlanFiles } from './plan-files.ts'
import { createPlanLock, type PlanLock } from './plan-lock.ts'
import type { PlanStore } from './plan-store.ts'
import { ok, type Result, refused } from './result.ts'
import { parseRules, type Rules, rulesFile } from './rules-file.ts'
import type { Notice } from './settle-notices.ts'
import { failureOfAddress } from './storage-failure.ts'

/** A change takes milliseconds; whoever waits this long waits for something that is stuck. */
const changeWaitMaxMs = 30_000

export interface PlanSettings {
  /** The project's root: the folder that holds `plan/ai-rules.json`. */
  readonly root: string
  /** Postgres for the table; null for a libSQL file in `.eventpass`. */
  readonly databaseUrl: string | null
  /** Redis for the events; null for the file alone. */
  readonly redisUrl: string | null
  readonly nowMs: () => number
  /** What this process does, shown to others that have to wait for it. */
  readonly purpose: string
  readonly onNotice: (notice: Notice) => void
}

export interface OpenPlan {
  readonly rules: Rules
  readonly learned: LearnedRules
  readonly handler: MemoryHandler
  readonly files: PlanFiles
  readonly events: EventLog
  /** Held while proofs run: one worker at a time runs steps in a checkout. */
  readonly worker: PlanLock
  close(): Promise<void>
}

/** Opens the plan of a project with its real table, files, locks and channel. */
export async function openPlan(settings: PlanSettings): Promise<Result<OpenPlan>> {
  const { root, databaseUrl, redisUrl, nowMs, purpose, onNotice } = settings
  const unusable = databaseUrl === null ? null : failureOfAddress(databaseUrl)
  if (unusable) return { ok: false, failure: unusable }
  const files = createPlanFiles(root)
  const text = await files.readText(rulesFile)
  if (text === null) return noRules(root)
  const rules = parseRules(text)
  if (!rules.ok) return rules
  const learned = await readLearned(files)
  if (!learned.ok) return learned

  const store = await openStore(root, databaseUrl)
  const channel = await openChannel(redisUrl)
  const events = createEventLog({ files, rules: rules.value, publish: channel.publish, nowMs })
  const at = (name: string) => join(root, '.eventpass', name)
  const lock = createPlanLock({ path: at('plan.lock'), waitMaxMs: changeWaitMaxMs, purpose })
  const worker = createPlanLock({ path: at('plan-worker.lock'), waitMaxMs: 0, purpose })
  const handler = createMemoryHandler({
    rules: rules.value,
    files,
    store,
    lock,
    events,
    nowMs,
    onNotice,
  })
  return ok({
    rules: rules.value,
    learned: learned.value,
    handler,
    files,
    events,
    worker,
    async close() {
      await handler.close()
      worker.close()
      await channel.close()
    },
  })
}

/** The nearest folder, from here upwards, that holds a plan; null where there is none. */
export function findPlanRoot(from: string): string | null {
  const folder = resolve(from)
  if (existsSync(join(folder, rulesFile))) return folder
  return dirname(folder) === folder ? null : findPlanRoot(dirname(folder))
}

/** Postgres and Redis are loaded only where they are used: `ai status` should not wait for them. */
async function openStore(root: string, databaseUrl: string | null): Promise<PlanStore> {
  if (databaseUrl === null) return createLibsqlStore(join(root, '.eventpass', 'plan.db'))
  const { createPostgresStore } = await import('./postgres-store.ts')
  return createPostgresStore(databaseUrl)
}

async function openChannel(
  redisUrl: string | null,
): Promise<{ publish: Publish | null; close(): Promise<void> }> {
  if (redisUrl === null) return { publish: null, close: async () => {} }
  const { createRedisPublisher } = await import('./redis-publisher.ts')
  return createRedisPublisher(redisUrl)
}

const noRules = (root: string): Result<never> =>
  refused(
    'bad_file',
    `${join(root, rulesFile)} is missing, so this is no project with a plan.`,
    'Run this inside the project, or name its folder with --root.',
  )
