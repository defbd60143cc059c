import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../../..', import.meta.url))

/** A process that a test kills and starts again. */
export interface Mortal {
  /** Resolves when the process says that it is ready. */
  readonly start: () => Promise<void>
  /** SIGKILL: it finishes nothing. */
  readonly kill: () => Promise<void>
  /** SIGTERM; answers the exit code. */
  readonly stop: () => Promise<number | null>
  /** What it wrote, all its lives together. */
  readonly output: () => string
}

/** `ready` is what the process writes when it works. */
export function createMortal(
  script: string,
  env: Readonly<Record<string, string>>,
  ready: RegExp,
): Mortal {
  let child: ChildProcess | null = null
  let output = ''
  const end = async (signal: NodeJS.Signals) => {
    const ending = child
    child = null
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return null
    const exited = once(ending, 'exit')
    ending.kill(signal)
    const [code] = await exited
    return code as number | null
  }
  process.once('exit', () => child?.kill('SIGKILL'))
  return {
    async start() {
      const born = spawn(process.execPath, ['--import', 'tsx', script], {
        cwd: root,
        env: { ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      child = born
      await new Promise<void>((resolve, reject) => {
        let said = ''
        const hear = (text: Buffer) => {
          output += text
          said += text
          if (ready.test(said)) resolve()
        }
        born.stdout?.on('data', hear)
        born.stderr?.on('data', hear)
        born.once('exit', (code) => {
          // A process that was killed while it came up is started again by whoever killed it.
          if (child === born) reject(new Error(`${script} ended with ${code}: ${said}`))
          else resolve()
        })
      })
    },
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
    output: () => output,
  }
}
