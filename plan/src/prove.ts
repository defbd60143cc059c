import { spawn } from 'node:child_process'
import { stripVTControlCharacters } from 'node:util'
import type { Proof, RunOutcome } from './plan.ts'
import { testsPassed } from './tests-passed.ts'

/** What is kept of a proof's output. */
export const outputTailLinesMax = 20
export const outputTailCharactersMax = 2_000

/** As much of the output as is looked through for the count of tests. */
const outputKeptCharacters = 64_000

/** A command that ignores SIGTERM for this long is killed. */
const graceMs = 5_000

export interface ProofRequest {
  readonly proof: Proof
  readonly root: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly timeLimitSeconds: number
  readonly onOutput: (text: string) => void
  readonly signal: AbortSignal
  readonly nowMs: () => number
}

export interface ProofResult {
  readonly outcome: RunOutcome
  readonly exitCode: number | null
  readonly tests: number | null
  readonly durationMs: number
  readonly outputTail: string
}

/**
 * Runs a proof's command in a process group of its own, so that ending it ends all it started.
 *
 * A selection of tests passes only if tests really ran: Vitest ends well when `-t` matches nothing.
 */
export function prove(request: ProofRequest): Promise<ProofResult> {
  const { proof, root, environment, timeLimitSeconds, onOutput, signal, nowMs } = request
  const startedMs = nowMs()
  const env = { ...environment, NO_COLOR: '1', FORCE_COLOR: undefined }
  const child = spawn('sh', ['-c', proof.command], {
    cwd: root,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })

  let output = ''
  let stoppedBy: 'timed_out' | 'interrupted' | null = null
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString('utf8')).slice(-outputKeptCharacters)
    onOutput(chunk.toString('utf8'))
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)

  const stop = (why: 'timed_out' | 'interrupted'): void => {
    stoppedBy ??= why
    endGroup(child.pid, 'SIGTERM')
    setTimeout(() => endGroup(child.pid, 'SIGKILL'), graceMs).unref()
  }
  const limit = setTimeout(() => stop('timed_out'), timeLimitSeconds * 1000)
  const interrupt = (): void => stop('interrupted')
  signal.addEventListener('abort', interrupt)
  if (signal.aborted) interrupt()

  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (exitCode) => {
      clearTimeout(limit)
      signal.removeEventListener('abort', interrupt)
      const text = stripVTControlCharacters(output).replaceAll(root, '.')
      const tests = proof.by === 'tests' ? testsPassed(text) : null
      resolve({
        outcome: stoppedBy ?? outcomeOf(proof, exitCode, tests),
        exitCode,
        tests,
        // A clock that was set back meanwhile makes the duration unknown, not negative.
        durationMs: Math.max(0, Math.round(nowMs() - startedMs)),
        outputTail: tailOf(text),
      })
    })
  })
}

function outcomeOf(proof: Proof, exitCode: number | null, tests: number | null): RunOutcome {
  if (exitCode !== 0) return 'failed'
  return proof.by === 'tests' && (tests ?? 0) < proof.testsMin ? 'no_tests' : 'passed'
}

function tailOf(text: string): string {
  const lines = text
    .split(/\r?\n|\r/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
  return lines.slice(-outputTailLinesMax).join('\n').slice(-outputTailCharactersMax)
}

function endGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch {
    // The group has already ended.
  }
}
