import type { EventLog } from './events.ts'
import type { GitState } from './git-state.ts'
import type { LearnedRules } from './learned-file.ts'
import type { MemoryHandler } from './memory-handler.ts'
import type { Run, Step } from './plan.ts'
import type { ProofRequest, ProofResult } from './prove.ts'
import type { Rules } from './rules-file.ts'

export interface RunnerDeps {
  readonly rules: Rules
  readonly learned: LearnedRules
  readonly handler: MemoryHandler
  readonly events: EventLog
  readonly root: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly prove: (request: ProofRequest) => Promise<ProofResult>
  readonly readGitState: (root: string) => Promise<GitState>
  readonly nowMs: () => number
  /** Waits; ends early, without failing, when the signal is given. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
  readonly signal: AbortSignal
  readonly watch: RunWatcher
}

/** Told what goes on while it goes on. */
export interface RunWatcher {
  attempt(step: Step, attempt: number, attemptsMax: number): void
  output(text: string): void
  ended(step: Step, run: Run): void
  waiting(step: Step, ms: number): void
}
