import { createHash } from 'node:crypto'
import type { Entry, Phase, Plan, Proof, Run, Step } from './plan.ts'

/**
 * Writes the plan as `plan-memory.json` has it: always the same bytes for the same plan.
 *
 * A step, a run and a line of history take one line each, so that a change shows as the lines it
 * changed. The checksum covers everything above it; it reveals edits and bad merges, and is no
 * defence against someone who computes it anew.
 */
export function mirrorText(plan: Plan): string {
  const body = mirrorBody(plan)
  return `${body},\n  "checksum": ${JSON.stringify(checksumOf(body))}\n}\n`
}

/** The checksum that a mirror of this plan carries. */
export const mirrorChecksum = (plan: Plan): string => checksumOf(mirrorBody(plan))

/** The text up to the checksum. */
function mirrorBody(plan: Plan): string {
  const head = {
    project: plan.project,
    version: plan.version,
    current_phase: plan.currentPhase,
    current_step: plan.currentStep,
    status: plan.status,
  }
  const members = Object.entries(head).map(([key, value]) => `  "${key}": ${JSON.stringify(value)}`)
  const phases = plan.phases.map(phaseText).join(',\n')
  return [
    '{',
    [
      ...members,
      `  "phases": {\n${phases}\n  }`,
      `  "runs": ${listText(plan.runs.map(runLine))}`,
      `  "history": ${listText(plan.history.map(entryLine))}`,
    ].join(',\n'),
  ].join('\n')
}

function phaseText(phase: Phase): string {
  const steps = phase.steps.map((step) => `        ${JSON.stringify(step.id)}: ${stepLine(step)}`)
  return [
    `    ${JSON.stringify(phase.id)}: {`,
    `      "title": ${JSON.stringify(phase.title)},`,
    `      "status": ${JSON.stringify(phase.status)},`,
    `      "steps": {\n${steps.join(',\n')}\n      }`,
    '    }',
  ].join('\n')
}

const listText = (lines: readonly string[]): string =>
  lines.length === 0 ? '[]' : `[\n${lines.map((line) => `    ${line}`).join(',\n')}\n  ]`

const stepLine = (step: Step): string =>
  lineOnce(step, () =>
    JSON.stringify({
      title: step.title,
      kind: step.kind,
      status: step.status,
      at: step.at ?? undefined,
      run: step.run ?? undefined,
      by: step.by ?? undefined,
      reason: step.reason ?? undefined,
      change: step.change ?? undefined,
      proof: step.proof ? proofShape(step.proof) : undefined,
      time_limit_seconds: step.timeLimitSeconds,
    }),
  )

const proofShape = ({ by, command, testsMin }: Proof) => ({
  by,
  command,
  min_tests: by === 'tests' ? testsMin : undefined,
})

/** Steps and lines are never changed in place, so each is written once however often the mirror is. */
const lineByItem = new WeakMap<Entry | Run | Step, string>()

function lineOnce<T extends Entry | Run | Step>(item: T, write: () => string): string {
  const known = lineByItem.get(item)
  if (known !== undefined) return known
  const line = write()
  lineByItem.set(item, line)
  return line
}

const entryLine = (entry: Entry): string =>
  lineOnce(entry, () =>
    JSON.stringify({
      id: entry.id,
      at: entry.at,
      event: entry.event,
      step: entry.step ?? undefined,
      status: entry.status ?? undefined,
      run: entry.run ?? undefined,
      by: entry.by ?? undefined,
      reason: entry.reason ?? undefined,
      note: entry.note ?? undefined,
      current: entry.current ?? undefined,
    }),
  )

const runLine = (run: Run): string =>
  lineOnce(run, () =>
    JSON.stringify({
      id: run.id,
      step: run.step,
      purpose: run.purpose,
      command: run.command,
      attempt: run.attempt,
      waited_ms: run.waitedMs,
      started_at: run.startedAt,
      duration_ms: run.durationMs,
      outcome: run.outcome,
      exit_code: run.exitCode,
      tests: run.tests,
      commit: run.commit,
      dirty: run.dirty,
      output_tail: run.outputTail,
    }),
  )

const checksumOf = (body: string): string =>
  createHash('sha256').update(body).digest('hex').slice(0, 16)
