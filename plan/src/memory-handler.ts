import { advancing, appendHistory } from './append-history.ts'
import { type BackupOccasion, lastBackupMs, writeBackup } from './backups.ts'
import { type CompletionMeta, completeStep } from './complete-step.ts'
import { foldPlan } from './fold-plan.ts'
import type { HandlerDeps } from './handler-deps.ts'
import type { EntryDraft } from './history.ts'
import { createLoader, type Loaded } from './load-plan.ts'
import { mirrorText } from './mirror-text.ts'
import { nextStep } from './next-step.ts'
import { type Plan, type Run, type Step, stepsOf } from './plan.ts'
import { replaceFile } from './plan-files.ts'
import { ok, type Result, refused } from './result.ts'

/** What a change adds to the plan, or why there is none. */
type Decide = (plan: Plan) => Result<Change>

interface Change {
  readonly drafts: readonly EntryDraft[]
  readonly runs?: readonly Run[]
}

interface Completed {
  readonly plan: Plan
  readonly advances: boolean
}

/**
 * The plan's memory: a table, mirrored to `plan-memory.json` after every change.
 *
 * Every call finds out first whether table and mirror agree, and mends what does not; what was
 * mended goes to `onNotice`. Writes happen under a lock that falls with its holder.
 */
export interface MemoryHandler {
  /** Begins the plan from its template; false when it had begun, and then nothing changes. */
  start(): Promise<Result<{ readonly plan: Plan; readonly began: boolean }>>
  /** The plan as it stands; `not_started` before `start`, `bad_file` when nothing can be mended. */
  loadMemory(): Promise<Result<Plan>>
  /**
   * Records that a step passed its proof or was confirmed, and moves the plan on as the rules say.
   * Refuses a confirmation that the rules do not allow. With `auto_write_on_step_complete` off,
   * the change is held until `flush`.
   */
  saveStepComplete(stepId: string, meta: CompletionMeta): Promise<Result<Completed>>
  /** The first step in order that wants a proof or a person; null at the plan's end. */
  getNextPendingStep(): Promise<Result<Step | null>>
  /** Takes up work that was paused or cut off: such steps are pending again. Says what it did. */
  resume(): Promise<Result<Resumed>>
  /** Copies the mirror into the backup folder, keeping the newest 20 of an occasion; its path. */
  backup(occasion?: BackupOccasion): Promise<Result<string>>
  /** Makes a backup when the last one is older than the rules' interval and the plan has moved. */
  backupWhenDue(): Promise<void>
  /** Any other change: history lines and runs, decided on the state under the lock. */
  record(decide: Decide): Promise<Result<Plan>>
  /** Writes what `auto_write_on_step_complete: false` held back. */
  flush(): Promise<Result<Plan>>
  close(): Promise<void>
}

export interface Resumed {
  readonly plan: Plan
  readonly wasPaused: boolean
  readonly interrupted: readonly string[]
}

/** Two checkouts that share a Postgres may each be first this often before one gives up. */
const overtakenMax = 50

export function createMemoryHandler(deps: HandlerDeps): MemoryHandler {
  const { rules, files, store, lock, nowMs } = deps
  const loader = createLoader(deps)
  const held: { readonly stepId: string; readonly meta: CompletionMeta }[] = []

  async function load(): Promise<Result<Plan>> {
    const loaded = await loader.load()
    return loaded.ok ? begun(loaded.value) : loaded
  }

  async function record(decide: Decide): Promise<Result<Plan>> {
    const outcome = await lock.hold(() => changeUnderLock(decide))
    return outcome.ok ? outcome.value : outcome
  }

  async function changeUnderLock(decide: Decide): Promise<Result<Plan>> {
    for (let overtaken = 0; overtaken < overtakenMax; overtaken++) {
      const loaded = await loader.loadUnderLock()
      const before = loaded.ok ? begun(loaded.value) : loaded
      if (!loaded.ok || !before.ok) return before
      const change = decide(before.value)
      if (!change.ok) return change
      const { drafts, runs = [] } = change.value
      if (drafts.length === 0) return before
      const after = appendHistory(before.value, drafts, runs, nowMs())
      const { templateDigest } = loaded.value
      if (await store.write({ before: before.value, after, templateDigest })) {
        const mirror = mirrorText(after)
        await replaceFile(files, rules.memoryFile, mirror)
        loader.remember({ ...loaded.value, plan: after }, mirror)
        await backUpWhenDue(deps, after)
        return ok(after)
      }
    }
    return refused('busy', 'Other checkouts keep changing the plan.', 'Try again in a moment.')
  }

  function saveNow(stepId: string, meta: CompletionMeta): Promise<Result<Completed>> {
    let advances = false
    const saved = record((plan) => {
      const completion = completeStep(plan, rules, stepId, meta, nowMs())
      if (!completion.ok) return completion
      advances = completion.value.advances
      return ok({
        drafts: completion.value.drafts,
        runs: meta.kind === 'run' ? [meta.run] : [],
      })
    })
    return saved.then((plan) => (plan.ok ? ok({ plan: plan.value, advances }) : plan))
  }

  async function saveLater(stepId: string, meta: CompletionMeta): Promise<Result<Completed>> {
    const plan = await loadWithHeld()
    if (!plan.ok) return plan
    const completion = completeStep(plan.value, rules, stepId, meta, nowMs())
    if (!completion.ok) return completion
    held.push({ stepId, meta })
    const after = await loadWithHeld()
    return after.ok ? ok({ plan: after.value, advances: completion.value.advances }) : after
  }

  /** The plan as it will be once what is held back is written. */
  async function loadWithHeld(): Promise<Result<Plan>> {
    const loaded = await load()
    return loaded.ok ? ok(withHeld(loaded.value)) : loaded
  }

  function withHeld(plan: Plan): Plan {
    return held.reduce((now, { stepId, meta }) => {
      const completion = completeStep(now, rules, stepId, meta, nowMs())
      if (!completion.ok) return now
      const runs = meta.kind === 'run' ? [meta.run] : []
      return appendHistory(now, completion.value.drafts, runs, nowMs())
    }, plan)
  }

  return {
    start: () => startPlan(deps, loader),
    loadMemory: loadWithHeld,
    saveStepComplete: (stepId, meta) =>
      rules.autoWriteOnStepComplete ? saveNow(stepId, meta) : saveLater(stepId, meta),
    getNextPendingStep: async () => {
      const plan = await loadWithHeld()
      return plan.ok ? ok(nextStep(plan.value)) : plan
    },
    resume: () => resumePlan(deps, record, load),
    backup: async (occasion = 'asked') => {
      const plan = await load()
      if (!plan.ok) return plan
      return lock.hold(() =>
        writeBackup(files, rules.backupPath, occasion, mirrorText(plan.value), nowMs()),
      )
    },
    backupWhenDue: async () => {
      const plan = await load()
      if (plan.ok) await lock.hold(() => backUpWhenDue(deps, plan.value))
    },
    record,
    flush: async () => {
      for (const { stepId, meta } of [...held]) {
        const saved = await saveNow(stepId, meta)
        if (!saved.ok) return saved
        held.shift()
      }
      return load()
    },
    close: async () => {
      lock.close()
      await store.close()
    },
  }
}

function begun({ plan }: Loaded): Result<Plan> {
  if (plan) return ok(plan)
  return refused('not_started', 'The plan has not begun.', 'Begin it: eventpass ai start')
}

async function startPlan(
  deps: HandlerDeps,
  loader: ReturnType<typeof createLoader>,
): Promise<Result<{ plan: Plan; began: boolean }>> {
  const outcome = await deps.lock.hold(
    async (): Promise<Result<{ plan: Plan; began: boolean }>> => {
      const loaded = await loader.loadUnderLock()
      if (!loaded.ok) return loaded
      if (loaded.value.plan) return ok({ plan: loaded.value.plan, began: false })
      const empty = foldPlan(loaded.value.template, [], [])
      const drafts = advancing(empty, [{ event: 'plan_started' }], deps.nowMs())
      const plan = appendHistory(empty, drafts, [], deps.nowMs())
      await deps.store.replace(plan, loaded.value.templateDigest)
      await replaceFile(deps.files, deps.rules.memoryFile, mirrorText(plan))
      return ok({ plan, began: true })
    },
  )
  return outcome.ok ? outcome.value : outcome
}

async function resumePlan(
  { rules, events, nowMs }: HandlerDeps,
  record: MemoryHandler['record'],
  load: () => Promise<Result<Plan>>,
): Promise<Result<Resumed>> {
  const before = await load()
  if (!before.ok) return before
  const interrupted = stepsOf(before.value).filter((step) => step.status === 'running')
  const wasPaused = before.value.status === 'paused'
  if (interrupted.length === 0 && !wasPaused) {
    return ok({ plan: before.value, wasPaused, interrupted: [] })
  }
  if (!rules.allowResume) {
    return refused(
      'resume_not_allowed',
      'The rules do not allow to resume work that was paused or cut off.',
      'Set cli_behavior.allow_resume in plan/ai-rules.json',
    )
  }
  const after = await record((plan) => ok({ drafts: resumeDrafts(plan, nowMs()) }))
  if (!after.ok) return after
  const ids = interrupted.map((step) => step.id)
  const message = ids.length > 0 ? `${ids.join(', ')} was cut off` : 'the pause is over'
  await events.emit({ level: 'info', event: 'plan_resumed', message })
  return ok({ plan: after.value, wasPaused, interrupted: ids })
}

function resumeDrafts(plan: Plan, nowMs: number): EntryDraft[] {
  const resets = stepsOf(plan)
    .filter((step) => step.status === 'running' || step.status === 'failed')
    .map((step): EntryDraft => {
      const note = step.status === 'running' ? 'its worker was cut off' : 'tried again on resume'
      return { event: 'step_reset', step: step.id, status: 'pending', note }
    })
  const paused: EntryDraft[] = plan.status === 'paused' ? [{ event: 'plan_resumed' }] : []
  const drafts = [...resets, ...paused]
  return drafts.length === 0 ? [] : advancing(plan, drafts, nowMs)
}

/** Assumes the lock. A copy equal to the last one would tell nothing, so the plan must have moved. */
async function backUpWhenDue({ files, rules, nowMs }: HandlerDeps, plan: Plan): Promise<void> {
  const lastMs = await lastBackupMs(files, rules.backupPath)
  if (lastMs !== null && nowMs() - lastMs < rules.backupIntervalMinutes * 60_000) return
  const movedMs = Date.parse(plan.history.at(-1)?.at ?? '')
  if (lastMs !== null && movedMs <= lastMs) return
  await writeBackup(files, rules.backupPath, 'interval', mirrorText(plan), nowMs())
}
