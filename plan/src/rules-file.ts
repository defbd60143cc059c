import { z } from 'zod'
import { ok, type Result } from './result.ts'
import { parseShaped } from './shaped-file.ts'

/** Where the rules stand, from the project's root. The other files are named inside it. */
export const rulesFile = 'plan/ai-rules.json'

/** A path inside the project: relative, forward slashes, never upwards. */
const insidePath = z
  .string()
  .regex(/^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$))[\w./-]+$/, 'expected a path inside the project')

const Rules = z.strictObject({
  version: z.literal('1.0'),
  memory_file: insidePath,
  template_file: insidePath,
  phase_transition: z.strictObject({
    require_complete_previous: z.boolean(),
    auto_advance_when: z.array(z.enum(['scripted', 'unit_tests_passed'])),
    manual_confirm_for: z.array(z.string().regex(/^[a-z]+(?:_[a-z]+)*$/)),
  }),
  memory_sync: z.strictObject({
    auto_write_on_step_complete: z.boolean(),
    backup_interval_minutes: z.number().min(0.01).max(1440),
    backup_path: insidePath,
  }),
  error_handling: z.strictObject({
    retry_limit: z.int().min(0).max(10),
    retry_backoff_seconds: z.number().min(0).max(3600),
    on_persistent_error: z.enum(['pause_and_notify', 'stop']),
  }),
  cli_behavior: z.strictObject({
    show_progress: z.boolean(),
    allow_resume: z.boolean(),
    allow_force_advance: z.boolean(),
  }),
  logging: z.strictObject({
    level: z.enum(['error', 'warn', 'info', 'debug']),
    event_emit_channel: z.string().regex(/^[\w:.-]{1,64}$/),
  }),
})

export type LogLevel = 'error' | 'warn' | 'info' | 'debug'

/** What `ai-rules.json` says, in the words of the code. */
export interface Rules {
  readonly memoryFile: string
  readonly templateFile: string
  /** A later phase opens only when every earlier one is done. */
  readonly requireCompletePrevious: boolean
  /** After which kind of proof the plan moves on without being told. */
  readonly autoAdvanceWhen: readonly ('scripted' | 'unit_tests_passed')[]
  /** Changes that wait for a person even when their script passed. */
  readonly manualConfirmFor: readonly string[]
  /** False: completions are kept in memory until `flush`, and a crash loses them. */
  readonly autoWriteOnStepComplete: boolean
  readonly backupIntervalMinutes: number
  readonly backupPath: string
  /** How often a failed step is tried again after its first attempt. */
  readonly retryLimit: number
  /** The wait before the first retry; it doubles with each further one. */
  readonly retryBackoffSeconds: number
  readonly onPersistentError: 'pause_and_notify' | 'stop'
  readonly showProgress: boolean
  readonly allowResume: boolean
  readonly allowForceAdvance: boolean
  readonly logLevel: LogLevel
  readonly eventEmitChannel: string
}

/** Reads `ai-rules.json`; a fault names line, path and what was expected. */
export function parseRules(text: string, path = rulesFile): Result<Rules> {
  const parsed = parseShaped(path, text, Rules)
  if (!parsed.ok) return parsed
  const { phase_transition, memory_sync, error_handling, cli_behavior, logging } = parsed.value
  return ok({
    memoryFile: parsed.value.memory_file,
    templateFile: parsed.value.template_file,
    requireCompletePrevious: phase_transition.require_complete_previous,
    autoAdvanceWhen: phase_transition.auto_advance_when,
    manualConfirmFor: phase_transition.manual_confirm_for,
    autoWriteOnStepComplete: memory_sync.auto_write_on_step_complete,
    backupIntervalMinutes: memory_sync.backup_interval_minutes,
    backupPath: memory_sync.backup_path.replace(/\/$/, ''),
    retryLimit: error_handling.retry_limit,
    retryBackoffSeconds: error_handling.retry_backoff_seconds,
    onPersistentError: error_handling.on_persistent_error,
    showProgress: cli_behavior.show_progress,
    allowResume: cli_behavior.allow_resume,
    allowForceAdvance: cli_behavior.allow_force_advance,
    logLevel: logging.level,
    eventEmitChannel: logging.event_emit_channel,
  })
}
