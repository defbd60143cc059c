import { newestBackup, writeBackup } from './backups.ts'
import { extendPlan } from './fold-plan.ts'
import type { HandlerDeps } from './handler-deps.ts'
import { digest, inTimeOrder } from './history.ts'
import { mirrorText } from './mirror-text.ts'
import type { Plan, PlanDefinition } from './plan.ts'
import { replaceFile } from './plan-files.ts'
import type { StoreReading } from './plan-store.ts'
import { ok, type Result, refused } from './result.ts'
import { type Settled, settle } from './settle.ts'
import type { Sources } from './settle-notices.ts'
import { parseTemplate } from './template-file.ts'

export interface Loaded {
  /** Null before the plan was started. */
  readonly plan: Plan | null
  readonly template: PlanDefinition
  readonly templateDigest: string
}

export interface Loader {
  /** The plan; waits for the lock only when something has to be mended. */
  load(): Promise<Result<Loaded>>
  /** The same for a caller that holds the lock. */
  loadUnderLock(): Promise<Result<Loaded>>
  /** Takes over what the caller has just written to both, so that it is not read back. */
  remember(loaded: Loaded, mirror: string): Loaded
}

/** What was last seen to agree: the same revision and the same bytes need no second look. */
interface Agreed {
  readonly revision: number
  readonly mirror: string
  readonly templateDigest: string
  readonly loaded: Loaded
}

/**
 * Loads the plan and sees to it that table and mirror agree.
 *
 * They agree when the table, written as a mirror, is byte for byte the file. Anything else is
 * settled under the lock: first the table is brought up, then the mirror, so that a crash between
 * the two is one more difference to settle and nothing worse.
 */
export function createLoader(deps: HandlerDeps): Loader {
  let agreed: Agreed | null = null

  async function quickly(): Promise<Loaded | null> {
    const [stamp, mirror, template] = await readFront(deps)
    if (stamp === null || mirror === null || template === null) return null
    const templateDigest = digest([template])
    if (stamp.templateDigest !== templateDigest) return null
    if (agreed?.templateDigest === templateDigest) {
      const same = agreed.mirror === mirror && agreed.revision === stamp.revision
      const loaded = same ? agreed.loaded : await carriedOn(stamp.revision, mirror)
      if (loaded) return loaded
    }
    const reading = await deps.store.read()
    if (reading.kind !== 'present' || mirrorText(reading.plan) !== mirror) return null
    const definition = parseTemplate(template, deps.rules.templateFile)
    if (!definition.ok) return null
    return remember({ plan: reading.plan, template: definition.value, templateDigest }, mirror)
  }

  /** What others have added since this process looked, where nothing but that has changed. */
  async function carriedOn(revision: number, mirror: string): Promise<Loaded | null> {
    const plan = agreed?.loaded.plan
    if (!agreed || !plan || plan.history.length >= revision) return null
    const { history, runs } = await deps.store.readSince(plan.history.length)
    const carried = extendPlan(plan, history, inTimeOrder(plan.runs, runs))
    if (mirrorText(carried) !== mirror) return null
    return remember({ ...agreed.loaded, plan: carried }, mirror)
  }

  function remember(loaded: Loaded, mirror: string): Loaded {
    const revision = loaded.plan?.history.length ?? 0
    agreed = { revision, mirror, templateDigest: loaded.templateDigest, loaded }
    return loaded
  }

  async function thoroughly(): Promise<Result<Loaded>> {
    const { files, rules, store, nowMs } = deps
    const template = await files.readText(rules.templateFile)
    if (template === null) return missingTemplate(rules.templateFile)
    const definition = parseTemplate(template, rules.templateFile)
    if (!definition.ok) return definition
    const sources: Sources = {
      template: definition.value,
      table: await store.read(),
      mirrorPath: rules.memoryFile,
      mirror: await files.readText(rules.memoryFile),
      backup: await newestBackup(files, rules.backupPath),
      nowMs: nowMs(),
    }
    const settled = settle(sources)
    if (!settled.ok) return settled
    const templateDigest = digest([template])
    await putRight(deps, sources, settled.value, templateDigest)
    for (const notice of settled.value.notices) await tell(deps, notice)
    return ok({ plan: settled.value.plan, template: definition.value, templateDigest })
  }

  async function loadUnderLock(): Promise<Result<Loaded>> {
    const quick = await quickly()
    return quick ? ok(quick) : thoroughly()
  }

  return {
    loadUnderLock,
    remember,
    async load() {
      const quick = await quickly()
      if (quick) return ok(quick)
      const outcome = await deps.lock.hold(loadUnderLock)
      return outcome.ok ? outcome.value : outcome
    },
  }
}

function readFront({ store, files, rules }: HandlerDeps) {
  return Promise.all([
    store.readStamp(),
    files.readText(rules.memoryFile),
    files.readText(rules.templateFile),
  ])
}

async function putRight(
  { files, rules, store, nowMs }: HandlerDeps,
  { table, mirror }: Sources,
  { plan, keepMirror }: Settled,
  templateDigest: string,
): Promise<void> {
  if (plan === null) return
  const text = mirrorText(plan)
  if (keepMirror && mirror !== null) {
    await writeBackup(files, rules.backupPath, 'damaged', mirror, nowMs())
  }
  if (!holds(table, text, templateDigest)) {
    if (table.kind === 'damaged') await store.setAside()
    await store.replace(plan, templateDigest)
  }
  if (mirror !== text) await replaceFile(files, rules.memoryFile, text)
}

const holds = (table: StoreReading, text: string, templateDigest: string): boolean =>
  table.kind === 'present' &&
  table.stamp.templateDigest === templateDigest &&
  mirrorText(table.plan) === text

async function tell(deps: HandlerDeps, notice: Settled['notices'][number]): Promise<void> {
  deps.onNotice(notice)
  await deps.events.emit({ level: 'warn', event: notice.kind, message: notice.message })
}

const missingTemplate = (path: string): Result<never> =>
  refused('bad_file', `${path} is missing.`, `Put it back: git checkout -- ${path}`)
