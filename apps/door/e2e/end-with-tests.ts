import type { ChildProcess } from 'node:child_process'

/** A test that ran out of time cleans up nothing: its processes end with the one that runs tests. */
export function endWithTests(child: ChildProcess, targetOf: (pid: number) => number): void {
  const end = () => {
    if (child.pid === undefined) return
    try {
      process.kill(targetOf(child.pid), 'SIGKILL')
    } catch {
      // It was gone already.
    }
  }
  process.once('exit', end)
  child.once('exit', () => process.off('exit', end))
}
