import { archiveWhenDone, ok, type Result } from '@eventpass/plan'
import type { AiContext } from './answer.ts'

export interface Archived {
  readonly lines: readonly string[]
  readonly json: { readonly summary: string | null }
}

/** Archives the history when the last phase has just been completed, and says where. */
export async function archiveLine({ plan, surroundings }: AiContext): Promise<Result<Archived>> {
  const archived = await archiveWhenDone({ ...plan, nowMs: surroundings.nowMs })
  if (!archived.ok) return archived
  const summary = archived.value
  return ok({
    lines: summary === null ? [] : [`The history is archived; the summary is ${summary}.`],
    json: { summary },
  })
}
