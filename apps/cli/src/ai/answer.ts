import {
  failureOfStorage,
  findPlanRoot,
  type Notice,
  type OpenPlan,
  openPlan,
  type PlanFailure,
  type PlanFailureKind,
  type Result,
  refused,
} from '@eventpass/plan'
import type { Surroundings } from '../surroundings.ts'
import { createPaint, type Paint } from './paint.ts'

export interface CommonOptions {
  readonly json?: boolean
  readonly root?: string
  readonly reason?: string
  readonly by?: string
  readonly force?: boolean
  readonly probe?: boolean
  readonly out?: string
  readonly apply?: boolean
}

/** What a command works with. */
export interface AiContext {
  readonly surroundings: Surroundings
  readonly root: string
  readonly plan: OpenPlan
  readonly notices: readonly Notice[]
  readonly paint: Paint
  readonly json: boolean
}

/** What a command answers, for a person and for a program. */
export interface AiAnswer {
  readonly text: string
  readonly json: Readonly<Record<string, unknown>>
  readonly exitCode: number
}

export type AiCommand = (
  context: AiContext,
  words: readonly string[],
  options: CommonOptions,
) => Promise<Result<AiAnswer>>

const exitCodeByFailure = {
  already_done: 3,
  bad_file: 1,
  busy: 4,
  earlier_phase_open: 3,
  force_not_allowed: 3,
  has_proof: 3,
  needs_reason: 1,
  not_proven: 3,
  not_started: 1,
  paused: 2,
  resume_not_allowed: 3,
  storage: 1,
  unknown_proposal: 1,
  unknown_step: 1,
  wrong_kind: 1,
} as const satisfies Record<PlanFailureKind, number>

/** Opens the plan, runs a command on it, prints its answer and sets the exit code. */
export async function answer(
  surroundings: Surroundings,
  purpose: string,
  options: CommonOptions,
  run: (context: AiContext) => Promise<Result<AiAnswer>>,
): Promise<void> {
  const notices: Notice[] = []
  const json = options.json === true
  const paint = createPaint(json ? false : wantsColour(surroundings))
  const answered = await resultOf(surroundings, purpose, options, notices, (plan, root) =>
    run({ surroundings, root, plan, notices, paint, json }),
  )
  if (!answered.ok) return printFailure(surroundings, paint, json, answered.failure, notices)
  const { exitCode, text, json: said } = answered.value
  surroundings.exitWith(exitCode)
  if (json) {
    surroundings.stdout.write(`${JSON.stringify({ ok: exitCode === 0, ...said, notices })}\n`)
    return
  }
  printNotices(surroundings, paint, notices)
  surroundings.stdout.write(text)
}

/** What a command answers; a table or a disk that cannot be used is a refusal like any other. */
async function resultOf(
  surroundings: Surroundings,
  purpose: string,
  options: CommonOptions,
  notices: Notice[],
  run: (plan: OpenPlan, root: string) => Promise<Result<AiAnswer>>,
): Promise<Result<AiAnswer>> {
  const root = options.root ?? findPlanRoot(surroundings.cwd)
  if (root === null) return noPlan(surroundings.cwd)
  try {
    const opened = await openPlan({
      root,
      databaseUrl: surroundings.env.PLAN_DATABASE_URL || null,
      redisUrl: surroundings.env.REDIS_URL || null,
      nowMs: surroundings.nowMs,
      purpose,
      onNotice: (notice) => notices.push(notice),
    })
    if (!opened.ok) return opened
    try {
      return await run(opened.value, root)
    } finally {
      await opened.value.close()
    }
  } catch (error) {
    const failure = failureOfStorage(error)
    if (failure === null) throw error
    return { ok: false, failure }
  }
}

function printFailure(
  { stdout, stderr, exitWith }: Surroundings,
  paint: Paint,
  json: boolean,
  failure: PlanFailure,
  notices: readonly Notice[],
): void {
  exitWith(exitCodeByFailure[failure.kind])
  if (json) {
    stdout.write(`${JSON.stringify({ ok: false, error: failure, notices })}\n`)
    return
  }
  printNotices({ stderr }, paint, notices)
  stderr.write(`${paint.red(failure.message)}\n${failure.hint}\n`)
}

/** What was mended on the way is said before the answer that rests on it. */
function printNotices(
  { stderr }: Pick<Surroundings, 'stderr'>,
  paint: Paint,
  notices: readonly Notice[],
): void {
  for (const { message } of notices) stderr.write(`${paint.yellow('Mended:')} ${message}\n`)
}

function wantsColour({ env, stdout }: Surroundings): boolean {
  if (env.NO_COLOR) return false
  return env.FORCE_COLOR ? env.FORCE_COLOR !== '0' : stdout.isTty
}

const noPlan = (cwd: string): Result<never> =>
  refused(
    'bad_file',
    `There is no plan/ai-rules.json in ${cwd} or above it.`,
    'Run this inside the project, or name its folder with --root.',
  )
