import type { EventLog } from './events.ts'
import type { LearnedRules } from './learned-file.ts'
import type { MemoryHandler } from './memory-handler.ts'
import type { Plan } from './plan.ts'
import { type PlanFiles, replaceFile } from './plan-files.ts'
import { reportOf } from './report.ts'
import { reportMarkdown } from './report-text.ts'
import { ok, type Result } from './result.ts'

const archiveFolder = 'plan/archive'

export interface ArchiveDeps {
  readonly files: PlanFiles
  readonly handler: MemoryHandler
  readonly events: EventLog
  readonly learned: LearnedRules
  readonly nowMs: () => number
}

/**
 * Archives the history and writes the summary when the last phase is complete; null before that,
 * and when this completion is already archived. The live history stays whole: the archive is a copy.
 */
export async function archiveWhenDone(deps: ArchiveDeps): Promise<Result<string | null>> {
  const loaded = await deps.handler.loadMemory()
  if (!loaded.ok) return loaded
  if (loaded.value.status !== 'done' || isArchived(loaded.value)) return ok(null)
  const stamp = new Date(deps.nowMs()).toISOString().replace(/[-:.]/g, '')
  const summary = `${archiveFolder}/summary-${stamp}.md`
  const { history, runs } = loaded.value
  const archived = JSON.stringify({ history, runs }, null, 1)
  await replaceFile(deps.files, `${archiveFolder}/history-${stamp}.json`, `${archived}\n`)
  const report = reportOf(loaded.value, deps.learned, deps.nowMs())
  await replaceFile(deps.files, summary, reportMarkdown(report))
  const recorded = await deps.handler.record(() =>
    ok({ drafts: [{ event: 'history_archived', note: summary }] }),
  )
  if (!recorded.ok) return recorded
  const message = `every step is done; the summary is ${summary}`
  await deps.events.emit({ level: 'info', event: 'plan_done', message })
  return ok(summary)
}

function isArchived({ history }: Plan): boolean {
  const done = history.findLastIndex((entry) => entry.event === 'plan_done')
  return history.findLastIndex((entry) => entry.event === 'history_archived') > done
}
