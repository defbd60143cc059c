import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Which code a run tested. */
export interface GitState {
  /** Null outside a git checkout. */
  readonly commit: string | null
  readonly dirty: boolean
}

/** What the tracker itself writes says nothing about the code that was tested. */
const ownFiles = [':!plan/plan-memory.json', ':!plan/learned-rules.json', ':!plan/archive']

/** How many commits came after this one; null where it is not in the history of the present one. */
export async function countCommitsSince(root: string, commit: string): Promise<number | null> {
  try {
    await run('git', ['merge-base', '--is-ancestor', commit, 'HEAD'], { cwd: root })
    const { stdout } = await run('git', ['rev-list', '--count', `${commit}..HEAD`], { cwd: root })
    return Number(stdout.trim())
  } catch {
    return null
  }
}

/** Reads the commit and whether the working tree differs from it. */
export async function readGitState(root: string): Promise<GitState> {
  try {
    const head = await run('git', ['rev-parse', 'HEAD'], { cwd: root })
    const changes = await run('git', ['status', '--porcelain', '--', '.', ...ownFiles], {
      cwd: root,
      maxBuffer: 64 * 1024 * 1024,
    })
    return { commit: head.stdout.trim(), dirty: changes.stdout.trim() !== '' }
  } catch {
    return { commit: null, dirty: true }
  }
}
