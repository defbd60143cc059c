import type { EventLog } from './events.ts'
import type { PlanFiles } from './plan-files.ts'
import type { PlanLock } from './plan-lock.ts'
import type { PlanStore } from './plan-store.ts'
import type { Rules } from './rules-file.ts'
import type { Notice } from './settle-notices.ts'

/** What the memory handler works with; `openPlan` puts the real ones together. */
export interface HandlerDeps {
  readonly rules: Rules
  readonly files: PlanFiles
  readonly store: PlanStore
  readonly lock: PlanLock
  readonly events: EventLog
  readonly nowMs: () => number
  readonly onNotice: (notice: Notice) => void
}
